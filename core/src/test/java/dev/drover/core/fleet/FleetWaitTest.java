package dev.drover.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.GatewayId;
import dev.drover.core.Proof.Receipt;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FleetWaitTest {
  private static final GatewayId G = new GatewayId("g");
  private static final Presence PRESENT =
      new Presence(GatewayMode.LEASED, OptionalLong.of(1), OptionalLong.of(2));

  private final FleetWait listed =
      FleetWait.asked(5, LeaseKind.SHORT, 0)
          .listed(new FleetView(Map.of(G, PRESENT), Map.of(), 10), 1);

  @Test
  void aGatewayMissingFromAViewOlderThanTheListIsStillWaitedFor() {
    FleetWait wait = listed.seen(new FleetView(Map.of(), Map.of(), 9), 2);

    assertThat(wait.done()).isFalse();
    assertThat(wait.awaited()).containsExactly(Map.entry(G, 2L));
  }

  @Test
  void aGatewayThatWentAfterTheListIsPassedBy() {
    FleetWait wait = listed.seen(new FleetView(Map.of(), Map.of(), 11), 2);

    assertThat(wait.done()).isTrue();
    assertThat(wait.settled()).containsExactly(new Receipt(G, 5, 2, false));
  }

  @Test
  void aReceiptCountsHoweverOldTheRestOfTheView() {
    FleetWait wait = listed.seen(new FleetView(Map.of(), Map.of(G, new GivenReceipt(5, 2)), 9), 2);

    assertThat(wait.settled()).containsExactly(new Receipt(G, 5, 2, true));
  }

  @Test
  void aReceiptOfAnotherEpochOrLeaseDoesNotCount() {
    FleetView other = new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(4, 2)), 11);
    FleetView earlier = new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(5, 1)), 12);

    assertThat(listed.seen(other, 2).seen(earlier, 3).done()).isFalse();
  }

  /// Found by the simulation: the list had to be asked for again, and a watch tells nothing twice.
  @Test
  void whatTheWatchToldBeforeAnOlderListArrivedIsNotForgotten() {
    FleetView receipts = new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(5, 2)), 12);
    FleetWait wait =
        FleetWait.asked(5, LeaseKind.SHORT, 0)
            .seen(receipts, 1)
            .listed(new FleetView(Map.of(G, PRESENT), Map.of(), 10), 2);

    assertThat(wait.done()).isTrue();
  }
}
