package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When it is worth connecting to a home that could not be reached.
@Timeout(60)
class CircuitTest {
  private static final long MILLI = 1_000_000;

  private final Circuit circuit = new Circuit();
  private final LoopRig rig = new LoopRig();

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void aFailureOpensItAndAfterAWhileOneMayTry() {
    assertThat(circuit.refuses(0)).isNull();
    circuit.failed("gone", 0);
    assertThat(circuit.refuses(49 * MILLI)).isEqualTo("gone");
    assertThat(circuit.refuses(50 * MILLI)).isNull();
    assertThat(circuit.refuses(50 * MILLI)).isEqualTo("gone");
  }

  @Test
  void theWhileDoublesUpToASecond() {
    circuit.failed("gone", 0);
    long now = 0;
    for (long wait : new long[] {50, 100, 200, 400, 800, 1_000, 1_000}) {
      assertThat(circuit.refuses(now + wait * MILLI - 1)).isEqualTo("gone");
      now += wait * MILLI;
      assertThat(circuit.refuses(now)).isNull();
      circuit.failed("gone", now);
    }
  }

  @Test
  void anAnswerClosesItAndItBeginsAnew() {
    circuit.failed("gone", 0);
    assertThat(circuit.refuses(50 * MILLI)).isNull();
    circuit.answered();
    assertThat(circuit.refuses(51 * MILLI)).isNull();
    circuit.failed("gone again", 60 * MILLI);
    assertThat(circuit.refuses(109 * MILLI)).isEqualTo("gone again");
    assertThat(circuit.refuses(110 * MILLI)).isNull();
  }

  @Test
  void connectionsToAHomeThatIsGoneAreRefusedWithoutTryingUntilItAnswersAgain() throws Exception {
    LineHome first = LineHome.start("a");
    int port = first.port();
    Endpoint to = first.endpoint();
    first.close();
    LineUpstream failed = rig.connect(to, true, LoopRig.LIMITS);
    assertThat(rig.ask(failed, "GET").next()).startsWith("failed (not sent): cannot be reached");
    assertThat(rig.homes.lost()).containsKey(first.id());
    try (LineHome back = LineHome.at("a", port)) {
      LineUpstream refused = rig.connect(to, true, LoopRig.LIMITS);
      assertThat(refused.usable()).isFalse();
      assertThat(rig.ask(refused, "GET").next()).startsWith("failed (not sent): cannot be reached");
      rig.clock.addAndGet(Duration.ofMillis(50).toNanos());
      LineUpstream tries = rig.connect(to, true, LoopRig.LIMITS);
      Asked asked = rig.ask(tries, "GET");
      assertThat(rig.connect(to, true, LoopRig.LIMITS).usable()).isFalse();
      back.next().say("there");
      assertThat(asked.next()).isEqualTo("there");
      assertThat(rig.homes.lost()).isEmpty();
      assertThat(rig.connect(to, true, LoopRig.LIMITS).usable()).isTrue();
      back.next();
      assertThat(back.unasked()).isZero();
    }
  }
}
