package dev.drover.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
  private static final long FIRST = 2_000;

  /// The first seeds, which two tests look at.
  private static Simulation.@Nullable Report first;

  private static Simulation.Report first() throws Exception {
    Simulation.Report known = first;
    if (known == null) {
      known = Simulation.play(new Simulation.Options(1, FIRST, Profile.ALL, 2), _ -> {});
      first = known;
    }
    return known;
  }

  @Test
  void nothingBreaksInFiveThousandSeeds() throws Exception {
    Simulation.Report first = first();
    Simulation.Report others =
        Simulation.play(new Simulation.Options(FIRST + 1, 5_000 - FIRST, Profile.ALL, 2), _ -> {});
    for (Simulation.Report report : List.of(first, others)) {
      report.failure().ifPresent(f -> System.out.println(String.join("\n", f.lines())));
      assertThat(report.failure()).isEmpty();
    }
    assertThat(first.runs() + others.runs()).isEqualTo(5_000);
    assertThat(first.writes() + others.writes()).isGreaterThan(100_000);
    assertThat(first.reads() + others.reads()).isGreaterThan(100_000);
  }

  @ParameterizedTest
  @EnumSource
  void nothingBreaksInAnyProfile(Profile profile) throws Exception {
    Simulation.Report report =
        Simulation.play(new Simulation.Options(1_000_000, 200, profile, 2), _ -> {});
    report.failure().ifPresent(failure -> System.out.println(String.join("\n", failure.lines())));
    assertThat(report.failure()).isEmpty();
  }

  @Test
  void theSameSeedPlaysTheSameRun() {
    for (long seed = 1; seed <= 20; seed++) {
      Scenario scenario = Scenario.of(seed, Profile.ALL);
      List<String> first = Run.transcript(scenario, new Rules());
      assertThat(Run.transcript(scenario, new Rules())).isEqualTo(first);
      assertThat(first).isNotEmpty();
    }
  }

  /// Left out is what the failure does not need, and something always is in a run with many
  /// clients.
  @Test
  void aFailureIsMadeShortAndCanBePlayedAgain() throws Exception {
    Rules wrong = WrongVersion.NO_RECEIPT_WAITED_FOR.rules;
    Simulation.Failure failure =
        Simulation.play(new Simulation.Options(1, 20_000, Profile.ALL, 1), wrong)
            .failure()
            .orElseThrow();
    Scenario whole = Scenario.of(failure.seed(), Profile.ALL);
    assertThat(whole.workload().clients()).isGreaterThan(1);
    assertThat(failure.transcript().size()).isLessThan(Run.transcript(whole, wrong).size());
    assertThat(failure.transcript().getLast()).startsWith(failure.invariant());
    assertThat(failure.replay()).contains("--from " + failure.seed());
  }

  /// The seeds that the suite plays come by everything that there is in the protocol.
  @Test
  void nothingOfTheProtocolIsLeftOut() throws Exception {
    Coverage coverage = new Coverage();
    coverage.add(first().coverage());
    coverage.add(
        Simulation.play(new Simulation.Options(1, 2_000, Profile.CRASHES, 2), _ -> {}).coverage());
    coverage.add(
        Simulation.play(new Simulation.Options(1, 2_000, Profile.NOTES, 2), _ -> {}).coverage());
    assertThat(coverage.unvisited()).isEmpty();
  }
}
