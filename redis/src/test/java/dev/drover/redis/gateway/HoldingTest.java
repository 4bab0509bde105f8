package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.gateway.net.HoldOptions;
import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.gateway.GatewayRig.Setup;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HoldingTest {
  private static Setup holding(Duration max, int requests) {
    return Setup.usual().hold(max, HoldOptions.DEFAULT.bytesMax(), requests);
  }

  @Test
  void aWriteThatIsHeldForTooLongIsRefusedAndWasNotDone() throws Exception {
    try (GatewayRig rig = new GatewayRig(holding(Duration.ofMillis(300), 10_000));
        Raw raw = rig.raw()) {
      rig.drain();
      rig.hold();
      assertThat(raw.send("SET app:x 1\r\nPING\r\n").line())
          .startsWith("-QUIESCED")
          .contains("'app:'");
      assertThat(raw.line()).isEqualTo("+PONG");
      rig.flip();
      assertThat(raw.send("GET app:x\r\n").line()).isEqualTo("$-1");
    }
  }

  @Test
  void aPipelineIsHeldOnceAndNotOnceForEachRequest() throws Exception {
    try (GatewayRig rig = new GatewayRig(holding(Duration.ofMillis(300), 10_000));
        Raw raw = rig.raw()) {
      rig.drain();
      rig.hold();
      raw.send("SET app:x 1\r\nGET app:x\r\nSET app:y 1\r\nSET app:z 1\r\n");
      assertThat(raw.line()).startsWith("-QUIESCED");
      assertThat(raw.line()).isEqualTo("$-1");
      assertThat(raw.line()).startsWith("-QUIESCED");
      assertThat(raw.line()).startsWith("-QUIESCED");
      assertThat(rig.number("held")).isEqualTo(1);
    }
  }

  @Test
  void pastTheBoundWritesAreRefusedAtOnce() throws Exception {
    try (GatewayRig rig = new GatewayRig(holding(Duration.ofSeconds(30), 1));
        Raw first = rig.raw();
        Raw second = rig.raw()) {
      rig.drain();
      rig.hold();
      first.send("SET app:x 1\r\n");
      while (rig.number("held.now") == 0) {
        Thread.sleep(5);
      }
      assertThat(second.send("SET app:y 1\r\n").line()).startsWith("-QUIESCED too many");
      rig.flip();
      assertThat(first.line()).isEqualTo("+OK");
    }
  }

  @Test
  void aClientThatGoesAwayWhileItsWriteIsHeldLeavesNothingBehind() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        Raw other = rig.raw()) {
      rig.drain();
      rig.hold();
      try (Raw raw = rig.raw()) {
        raw.send("SET app:x 1\r\n");
        while (rig.number("held.now") == 0) {
          Thread.sleep(5);
        }
      }
      while (rig.number("held.now") != 0) {
        Thread.sleep(5);
      }
      rig.flip();
      assertThat(other.send("GET app:x\r\n").line()).isEqualTo("$-1");
    }
  }

  @Test
  void aGatewayWithAPasswordAsksForIt() throws Exception {
    try (GatewayRig rig = new GatewayRig(Setup.usual().password("sesame"));
        Raw raw = rig.raw()) {
      assertThat(raw.send("GET app:x\r\n").line()).startsWith("-NOAUTH");
      assertThat(raw.send("AUTH wrong\r\n").line()).startsWith("-WRONGPASS");
      assertThat(raw.send("AUTH sesame\r\n").line()).isEqualTo("+OK");
      assertThat(raw.send("GET app:x\r\n").line()).isEqualTo("$-1");
    }
  }
}
