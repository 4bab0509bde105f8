package dev.drover.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.torture.plan.FaultKind;
import dev.drover.torture.plan.Plan;
import dev.drover.torture.plan.Strike;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void theSeedDecidesEverything() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), true);
    assertThat(Plan.of(TortureOptions.defaults(HOUR, 7), true)).isEqualTo(plan);
    assertThat(Plan.of(TortureOptions.defaults(HOUR, 8), true)).isNotEqualTo(plan);
  }

  @Test
  void anHourHasEveryKindOfFaultAndManyMoves() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), true);
    assertThat(plan.strikes()).hasSizeGreaterThan(1_200);
    assertThat(plan.journeys()).hasSizeGreaterThan(400);
    assertThat(plan.strikes().stream().map(Strike::kind).collect(Collectors.toSet()))
        .contains(FaultKind.values());
  }

  @Test
  void withoutADiskOfItsOwnNoneIsFilled() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), false);
    assertThat(plan.strikes()).noneMatch(strike -> strike.kind().needsDisk());
  }
}
