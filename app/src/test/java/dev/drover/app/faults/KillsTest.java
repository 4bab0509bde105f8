package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.whole.Traffic;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each process is killed in each state of a move, with real servers and writers. Whatever happens,
/// the move ends, nothing that was acknowledged is lost, and no read goes back.
class KillsTest {
  private static final Map<String, Class<? extends Ownership>> STATES =
      Map.of(
          "Draining", Ownership.Draining.class,
          "Cutover", Ownership.Cutover.class,
          "Opening", Ownership.Opening.class,
          "Active", Ownership.Active.class);

  @TempDir Path directory;

  private static Class<? extends Ownership> state(String name) {
    Class<? extends Ownership> state = STATES.get(name);
    if (state == null) {
      throw new AssertionError(name);
    }
    return state;
  }

  @ParameterizedTest
  @CsvSource({
    "Draining, 0",
    "Draining, 300",
    "Draining, 800",
    "Cutover, 0",
    "Opening, 0",
    "Active, 0"
  })
  void aServerThatIsKilledInAnyStepFinishesOrAbortsCleanAfterItsRestart(
      String when, long millisLater) throws Exception {
    run(
        (machine, traffic) -> {
          CountDownLatch seen = machine.when(state(when));
          machine.move("b", when.equals("Draining") ? ",\"itemsPerSecondMax\":15000" : "");
          assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
          Thread.sleep(millisLater);
          machine.kill("server");
          Thread.sleep(500);
          machine.startServer();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"Draining", "Cutover", "Opening"})
  void aGatewayThatIsKilledInAnyStepIsPassedBy(String when) throws Exception {
    run(
        (machine, traffic) -> {
          CountDownLatch seen = machine.when(state(when));
          machine.move("b", ",\"budgetMillis\":20000");
          assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
          machine.kill("g2");
          Thread.sleep(500);
          machine.startGateway("g2");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "a, Draining, 300",
    "a, Cutover, 0",
    "b, Draining, 300",
    "b, Cutover, 0",
    "b, Opening, 0"
  })
  void aHomeThatIsKilledInAnyStepComesBackWithWhatItHad(String home, String when, long millisLater)
      throws Exception {
    run(
        (machine, traffic) -> {
          CountDownLatch seen = machine.when(state(when));
          machine.move("b", when.equals("Draining") ? ",\"itemsPerSecondMax\":15000" : "");
          assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
          Thread.sleep(millisLater);
          var killed = home.equals("a") ? machine.a : machine.b;
          killed.kill();
          Thread.sleep(1_000);
          killed.restart();
        });
  }

  @Test
  void aGatewayThatSleepsThroughACutoverDoesNoHarm() throws Exception {
    run(
        (machine, traffic) -> {
          CountDownLatch seen = machine.when(Ownership.Draining.class);
          machine.move("b", ",\"itemsPerSecondMax\":15000,\"budgetMillis\":20000");
          assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
          Thread.sleep(1_000);
          machine.signal("g2", "STOP");
          Thread.sleep(20_000);
          machine.signal("g2", "CONT");
        });
  }

  @Test
  void withTheServerAwayScopesAtRestAreServedAndItsRestartGoesUnnoticed() throws Exception {
    try (Machine machine = new Machine(directory);
        Traffic traffic = new Traffic(machine.gatewayPorts)) {
      traffic.start();
      Thread.sleep(500);
      machine.kill("server");
      Thread.sleep(8_000);
      machine.startServer();
      Thread.sleep(3_000);
      Traffic.Result result = traffic.stop();
      assertThat(result.errors()).isEmpty();
      assertThat(result.lost()).isEmpty();
      assertThat(result.stale()).isEmpty();
      assertThat(result.acknowledged()).isGreaterThan(1_000);
    }
  }

  private interface Fault {
    void strike(Machine machine, Traffic traffic) throws Exception;
  }

  private void run(Fault fault) throws Exception {
    try (Machine machine = new Machine(directory);
        Traffic traffic = new Traffic(machine.gatewayPorts)) {
      traffic.fill(20_000);
      traffic.start();
      Thread.sleep(300);
      fault.strike(machine, traffic);
      Partition end = machine.settled();
      if (end.ownership().reads().home().equals(new HomeId("b"))) {
        Machine.await(
            "the history to know of the move",
            () -> machine.get("/v1/history").contains("COMPLETED"));
      }
      Thread.sleep(300);
      Traffic.Result result = traffic.stop();
      String story =
          "ended at %s, epoch %d, %d acknowledged, %d errors, longest wait %.0f ms%n"
              .formatted(
                  end.ownership().reads(),
                  end.epoch(),
                  result.acknowledged(),
                  result.errors().size(),
                  result.longestMillis());
      System.out.print(story);
      assertThat(result.lost()).as(story + machine.logs()).isEmpty();
      assertThat(result.stale()).as(story + machine.logs()).isEmpty();
      assertThat(result.acknowledged()).isPositive();
    }
  }
}
