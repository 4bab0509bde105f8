package dev.drover.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.torture.TortureOptions.StoreKind;
import dev.drover.torture.plan.FaultKind;
import dev.drover.torture.plan.Plan;
import dev.drover.torture.plan.Strike;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void theSeedDecidesEverything() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), true, true);
    assertThat(Plan.of(TortureOptions.defaults(HOUR, 7), true, true)).isEqualTo(plan);
    assertThat(Plan.of(TortureOptions.defaults(HOUR, 8), true, true)).isNotEqualTo(plan);
  }

  @Test
  void anHourHasEveryKindOfFaultAndManyMoves() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), true, true);
    assertThat(plan.strikes()).hasSizeGreaterThan(1_200);
    assertThat(plan.journeys()).hasSizeGreaterThan(400);
    assertThat(kinds(plan))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FaultKind.values())
                .filter(kind -> !kind.needsStoreApart() && !kind.needsFallback())
                .toList());
    TortureOptions apart = TortureOptions.defaults(HOUR, 7).on(StoreKind.REDIS, 1).withFallbacks(1);
    assertThat(kinds(Plan.of(apart, true, true)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FaultKind.values()).filter(kind -> kind != FaultKind.RESTORE_STORE).toList());
  }

  private static Set<FaultKind> kinds(Plan plan) {
    return plan.strikes().stream().map(Strike::kind).collect(Collectors.toSet());
  }

  @Test
  void withoutADiskOfItsOwnNoneIsFilled() {
    Plan plan = Plan.of(TortureOptions.defaults(HOUR, 7), false, true);
    assertThat(plan.strikes()).noneMatch(strike -> strike.kind().needsDisk());
  }
}
