package dev.drover.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.sim.Profile;
import dev.drover.sim.Simulation;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fleets of homes like those of the sample engine, in virtual time.
class SampleSimulationTest {
  private static final long FROM = 500_000;

  @Test
  void everythingHolds() throws Exception {
    Simulation.Report report =
        Simulation.play(
            new Simulation.Options(FROM, 600, Profile.ALL, Optional.of(new MapPlug().model()), 2),
            _ -> {});
    assertThat(report.failure()).isEmpty();
    assertThat(report.runs()).isEqualTo(600);
  }

  @ParameterizedTest
  @EnumSource(names = {"CRASHES", "STRAYS", "LOSSES", "HOMES"})
  void underEachKindOfFault(Profile profile) throws Exception {
    Simulation.Report report =
        Simulation.play(
            new Simulation.Options(FROM, 100, profile, Optional.of(new MapPlug().model()), 2),
            _ -> {});
    assertThat(report.failure()).isEmpty();
  }
}
