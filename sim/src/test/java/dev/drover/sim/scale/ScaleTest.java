package dev.drover.sim.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScaleTest {
  private static Scale.Result play(int gateways, int partitions, int moves) {
    return Scale.play(new Scale.Fleet(gateways, partitions, moves, 3, 7), Costs.EMBEDDED);
  }

  @Test
  void theSameSeedPlaysTheSameRun() {
    assertThat(play(20, 100, 5)).isEqualTo(play(20, 100, 5));
  }

  @Test
  void requestsGrowWithGatewaysAndMovesAndNoFaster() {
    long small = play(10, 100, 1).requests();
    assertThat(play(100, 100, 1).requests()).isLessThanOrEqualTo(10 * small);
    assertThat(play(10, 100, 10).requests()).isLessThanOrEqualTo(10 * small);
    assertThat(play(10, 1_000_000, 1).requests()).isEqualTo(small);
  }

  @Test
  void aDriverLooksAtTheFleetNoMoreOftenThanReceiptsCome() {
    Scale.Result result = play(200, 200, 1);
    long receipts = 3L * 200 * result.fleet().rounds();
    assertThat(result.views()).isLessThanOrEqualTo(receipts / 2);
  }
}
