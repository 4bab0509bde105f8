package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.whole.Traffic;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Each process is killed in each state of a move, with real servers and writers. Whatever happens,
/// the move ends, nothing that was acknowledged is lost, and no read goes back.
@Tag("alone")
class KillsTest {
  /// A state that lasts for milliseconds may be over when the signal comes: then there is another
  /// move, up to so many.
  private static final int TRIES = 8;

  /// After so many, gateways that sleep make the state last: on a slow machine no signal comes in
  /// time.
  private static final int PLAIN_TRIES = 2;

  /// All but one test share a fleet: whoever was killed is there again when a test has ended well.
  @TempDir private static Path directory;

  private static @Nullable Machine shared;

  @TempDir Path own;

  private static Machine shared() throws Exception {
    Machine known = shared;
    if (known == null) {
      known = new Machine(Files.createTempDirectory(directory, "fleet"));
      shared = known;
    }
    return known;
  }

  @AfterAll
  static void close() {
    Machine known = shared;
    if (known != null) {
      shared = null;
      known.close();
    }
  }

  /// What the record says of a scope in the state in which someone is to be killed.
  enum When {
    DRAINING,
    CUTOVER,
    OPENING,
    /// Arrived, with the old copy still to be deleted.
    OWING;

    boolean holds(Partition partition) {
      return switch (partition.ownership()) {
        case Ownership.Draining _ -> this == DRAINING;
        case Ownership.Cutover _ -> this == CUTOVER;
        case Ownership.Reopening _ -> false;
        case Ownership.Opening _ -> this == OPENING;
        case Ownership.Active _ -> this == OWING && !partition.owed().isEmpty();
      };
    }
  }

  /// Kills, and says what the record was when the victim was dead. Each transition raises the
  /// epoch, so a record that has the same epoch before and after a kill was in its state at the
  /// kill.
  private interface Kill {
    Partition now(HomeId from, HomeId to) throws Exception;
  }

  private interface Revival {
    void now(HomeId from, HomeId to) throws Exception;
  }

  /// Where the scope is not.
  private static String other(Machine machine) throws Exception {
    return machine.record().ownership().reads().home().value().equals("a") ? "b" : "a";
  }

  /// Moves the scope and kills, until a kill has hit the state; fails if none has.
  private static void killed(
      Machine machine, When when, long millisLater, Kill kill, Revival revival) throws Exception {
    List<String> missed = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      HomeId from = machine.record().ownership().reads().home();
      HomeId to = new HomeId(other(machine));
      Sleepers sleepers = new Sleepers(machine);
      CompletableFuture<Partition> seen = machine.when(when::holds);
      String slow = when == When.DRAINING ? ",\"itemsPerSecondMax\":15000" : "";
      machine.move(to.value(), ",\"budgetMillis\":20000" + slow);
      boolean lasts = i < PLAIN_TRIES || sleepers.stretch(when);
      Partition before = seen.get(60, TimeUnit.SECONDS);
      Thread.sleep(millisLater);
      Partition then = kill.now(from, to);
      sleepers.wake();
      boolean hit = lasts && when.holds(then) && then.epoch() == before.epoch();
      if (hit) {
        System.out.printf("killed in %s, after %d misses %s%n", when, missed.size(), missed);
      }
      Thread.sleep(500);
      revival.now(from, to);
      if (hit) {
        return;
      }
      missed.add(then.ownership().label() + (then.owed().isEmpty() ? "" : ", owing"));
      machine.settled();
    }
    throw new AssertionError("no kill has hit " + when + "; instead: " + missed);
  }

  @ParameterizedTest
  @CsvSource({
    "DRAINING, 0",
    "DRAINING, 300",
    "DRAINING, 800",
    "CUTOVER, 0",
    "OPENING, 0",
    "OWING, 0"
  })
  void aServerThatIsKilledInAnyStepFinishesOrAbortsCleanAfterItsRestart(When when, long millisLater)
      throws Exception {
    run(
        machine ->
            killed(
                machine,
                when,
                millisLater,
                (from, to) -> {
                  machine.kill("server");
                  return machine.recordOnDisk();
                },
                (from, to) -> machine.startServer()));
  }

  @ParameterizedTest
  @EnumSource(
      value = When.class,
      names = {"DRAINING", "CUTOVER", "OPENING"})
  void aGatewayThatIsKilledInAnyStepIsPassedBy(When when) throws Exception {
    run(
        machine ->
            killed(
                machine,
                when,
                0,
                (from, to) -> {
                  machine.kill("g2");
                  return machine.record();
                },
                (from, to) -> machine.startGateway("g2")));
  }

  @ParameterizedTest
  @CsvSource({
    "true, DRAINING, 300",
    "true, CUTOVER, 0",
    "false, DRAINING, 300",
    "false, CUTOVER, 0",
    "false, OPENING, 0"
  })
  void aHomeThatIsKilledInAnyStepComesBackWithWhatItHad(boolean source, When when, long millisLater)
      throws Exception {
    run(
        machine ->
            killed(
                machine,
                when,
                millisLater,
                (from, to) -> {
                  machine.home(source ? from : to).kill();
                  return machine.record();
                },
                (from, to) -> machine.home(source ? from : to).restart()));
  }

  @Test
  void aGatewayThatSleepsThroughACutoverDoesNoHarm() throws Exception {
    run(
        machine -> {
          CompletableFuture<Partition> copying = machine.when(When.DRAINING::holds);
          CompletableFuture<Partition> holding = machine.when(When.CUTOVER::holds);
          machine.move(other(machine), ",\"itemsPerSecondMax\":15000,\"budgetMillis\":20000");
          copying.get(60, TimeUnit.SECONDS);
          Thread.sleep(1_000);
          machine.signal("g2", "STOP");
          assertThat(machine.record().ownership()).isInstanceOf(Ownership.Draining.class);
          assertThat(holding).isNotDone();
          holding.get(60, TimeUnit.SECONDS);
          // Nobody waits for it any longer than its lease.
          machine.settled();
          machine.signal("g2", "CONT");
        });
  }

  @Test
  void withTheServerAwayScopesAtRestAreServedAndItsRestartGoesUnnoticed() throws Exception {
    try (Machine machine = new Machine(own);
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
    void strike(Machine machine) throws Exception;
  }

  private void run(Fault fault) throws Exception {
    boolean well = false;
    try {
      struck(shared(), fault);
      well = true;
    } finally {
      if (!well) {
        close();
      }
    }
  }

  private static void struck(Machine machine, Fault fault) throws Exception {
    machine.awaitServed(Traffic.KEYS_OF_WRITERS);
    HomeId before = machine.record().ownership().reads().home();
    int completed = machine.ended("COMPLETED");
    try (Traffic traffic = new Traffic(machine.gatewayPorts)) {
      traffic.fill(20_000);
      traffic.start();
      Thread.sleep(300);
      fault.strike(machine);
      Partition end = machine.settled();
      if (!end.ownership().reads().home().equals(before)) {
        Machine.await(
            "the history to know of the move", () -> machine.ended("COMPLETED") > completed);
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
