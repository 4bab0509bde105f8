package dev.drover.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Proof.Receipt;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetWaitTest {
  private static final GatewayId G = new GatewayId("g");
  private static final HomeId HOME = new HomeId("green");
  private static final Presence PRESENT =
      new Presence(GatewayMode.LEASED, OptionalLong.of(1), OptionalLong.of(2), Set.of(HOME));

  private final FleetWait listed =
      FleetWait.asked(5, LeaseKind.SHORT, Optional.of(HOME), 0)
          .listed(new FleetView(Map.of(G, PRESENT), Map.of(), Set.of(), 10), 1);

  @Test
  void aGatewayMissingFromAViewOlderThanTheListIsStillWaitedFor() {
    FleetWait wait = listed.seen(new FleetView(Map.of(), Map.of(), Set.of(), 9), 2);

    assertThat(wait.done()).isFalse();
    assertThat(wait.awaited()).containsExactly(Map.entry(G, 2L));
  }

  @Test
  void aGatewayThatWentAfterTheListIsPassedBy() {
    FleetWait wait = listed.seen(new FleetView(Map.of(), Map.of(), Set.of(), 11), 2);

    assertThat(wait.done()).isTrue();
    assertThat(wait.settled()).containsExactly(Receipt.ended(G, 5, 2));
  }

  @Test
  void aReceiptCountsHoweverOldTheRestOfTheView() {
    FleetWait wait =
        listed.seen(new FleetView(Map.of(), Map.of(G, new GivenReceipt(5, 2)), Set.of(), 9), 2);

    assertThat(wait.settled()).containsExactly(Receipt.given(G, 5, 2));
  }

  @Test
  void aReceiptOfAnotherEpochOrLeaseDoesNotCount() {
    FleetView other =
        new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(4, 2)), Set.of(), 11);
    FleetView earlier =
        new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(5, 1)), Set.of(), 12);

    assertThat(listed.seen(other, 2).seen(earlier, 3).done()).isFalse();
  }

  @Test
  void aGatewayThatDoesNotKnowTheTargetIsNamedUntilItIsGone() {
    GatewayId stranger = new GatewayId("stranger");
    Presence unaware =
        new Presence(
            GatewayMode.FRESH, OptionalLong.of(3), OptionalLong.empty(), Set.of(new HomeId("x")));
    FleetView both = new FleetView(Map.of(G, PRESENT, stranger, unaware), Map.of(), Set.of(), 11);
    FleetView older = new FleetView(Map.of(G, PRESENT), Map.of(), Set.of(), 9);

    FleetWait wait = listed.seen(both, 2);

    assertThat(listed.aware()).isTrue();
    assertThat(wait.unaware()).containsExactly(stranger);
    assertThat(wait.seen(older, 3).aware()).isFalse();
    assertThat(wait.seen(new FleetView(Map.of(G, PRESENT), Map.of(), Set.of(), 12), 3).aware())
        .isTrue();
  }

  @Test
  void aGatewayWhoseLeasesAnOperatorEndedIsNotTakenForOneWhoseLeaseHadEnded() {
    FleetWait before =
        FleetWait.asked(5, LeaseKind.SHORT, Optional.of(HOME), 0)
            .listed(new FleetView(Map.of(), Map.of(), Set.of(G), 10), 1);
    FleetWait within = listed.seen(new FleetView(Map.of(), Map.of(), Set.of(G), 11), 2);

    assertThat(before.done()).isTrue();
    assertThat(before.settled()).containsExactly(Receipt.forgotten(G, 5, 0));
    assertThat(within.settled()).containsExactly(Receipt.forgotten(G, 5, 2));
  }

  /// Found by the simulation: the list had to be asked for again, and a watch tells nothing twice.
  @Test
  void whatTheWatchToldBeforeAnOlderListArrivedIsNotForgotten() {
    FleetView receipts =
        new FleetView(Map.of(G, PRESENT), Map.of(G, new GivenReceipt(5, 2)), Set.of(), 12);
    FleetWait wait =
        FleetWait.asked(5, LeaseKind.SHORT, Optional.of(HOME), 0)
            .seen(receipts, 1)
            .listed(new FleetView(Map.of(G, PRESENT), Map.of(), Set.of(), 10), 2);

    assertThat(wait.done()).isTrue();
  }
}
