package dev.drover.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
  @Test
  void nothingBreaksInFiveThousandSeeds() throws Exception {
    Simulation.Report report =
        Simulation.play(new Simulation.Options(1, 5_000, Profile.ALL, 2), _ -> {});
    report.failure().ifPresent(failure -> System.out.println(String.join("\n", failure.lines())));
    assertThat(report.failure()).isEmpty();
    assertThat(report.runs()).isEqualTo(5_000);
    assertThat(report.writes()).isGreaterThan(100_000);
    assertThat(report.reads()).isGreaterThan(100_000);
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

  @Test
  void aFailureIsMadeShortAndCanBePlayedAgain() throws Exception {
    Rules wrong = WrongVersion.NO_OPENING.rules;
    Simulation.Failure failure =
        Simulation.play(new Simulation.Options(1, 20_000, Profile.ALL, 2), wrong)
            .failure()
            .orElseThrow();
    Scenario whole = Scenario.of(failure.seed(), Profile.ALL);
    assertThat(failure.transcript().size())
        .isLessThan(Run.transcript(whole, wrong).size())
        .isPositive();
    assertThat(failure.transcript().getLast()).startsWith(failure.invariant());
    assertThat(failure.replay()).contains("--from " + failure.seed());
  }
}
