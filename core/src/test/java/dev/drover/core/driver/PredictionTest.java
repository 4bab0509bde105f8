package dev.drover.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.Tail;
import org.junit.jupiter.api.Test;

class PredictionTest {
  private static Tail tail(long lag, double changes, double applies) {
    return new Tail(lag, 0, changes, applies, 1_000_000, 2_000_000);
  }

  @Test
  void anIdleScopeCostsTheFloorAndTheExchanges() {
    assertThat(Prediction.pauseNanos(tail(0, 0, 10_000), 0, 500_000, 200_000))
        .isEqualTo(2_000_000 + 2 * 1_000_000 + 2 * 500_000 + 3 * 200_000);
  }

  @Test
  void whatIsBehindIsAppliedFirst() {
    long idle = Prediction.pauseNanos(tail(0, 0, 10_000), 0, 0, 0);
    assertThat(Prediction.pauseNanos(tail(100, 0, 10_000), 0, 0, 0) - idle).isEqualTo(10_000_000);
  }

  @Test
  void changesGoOnWhileTheGatewaysAreAsked() {
    long idle = Prediction.pauseNanos(tail(0, 0, 10_000), 0, 10_000_000, 0);
    assertThat(Prediction.pauseNanos(tail(0, 5_000, 10_000), 0, 10_000_000, 0) - idle)
        .isEqualTo(5_000_000);
  }

  @Test
  void aTailThatShrinksByAFifthIsWorthAnotherRound() {
    assertThat(Prediction.stillShrinking(79, 100)).isTrue();
    assertThat(Prediction.stillShrinking(81, 100)).isFalse();
  }

  @Test
  void oneSlowAnswerOfTheFleetDoesNotSpeakForEver() {
    assertThat(Prediction.faded(800_000_000, 0)).isEqualTo(800_000_000);
    assertThat(Prediction.faded(800_000_000, 2_000_000_000L)).isEqualTo(200_000_000);
    assertThat(Prediction.faded(800_000_000, Long.MAX_VALUE)).isZero();
  }
}
