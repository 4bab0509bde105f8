package dev.drover.store.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownFleetTest {
  private static final Engine OTHER = new Engine("other");
  private static final GatewayId G = new GatewayId("g");
  private static final HomeId A = new HomeId("a");

  private final KnownFleet.Decoded decoded = new KnownFleet.Decoded();
  private final KnownFleet first = new KnownFleet(Engine.FIRST, decoded);
  private final KnownFleet other = new KnownFleet(OTHER, decoded);
  private long version;

  private Entry entry(String key, byte[] value, long lease) {
    return new Entry(key, value, ++version, new LeaseId(lease));
  }

  private Entry registration(LeaseKind kind, long lease, Engine engine) {
    GatewayRecord record =
        new GatewayRecord(
            G,
            GatewayMode.LEASED,
            "here",
            "process",
            lease,
            GatewayIdentity.of("instance", List.of(A)),
            engine,
            Records.FORMAT);
    return entry(Keys.gateway(G, kind), Records.encode(record), lease);
  }

  private void both(Entry entry) {
    first.put(entry);
    other.put(entry);
  }

  private static byte[] nonsense() {
    return "nonsense".getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aGatewayOfAnotherEngineIsNotWaitedFor() {
    both(registration(LeaseKind.LONG, 7, OTHER));
    both(registration(LeaseKind.SHORT, 8, OTHER));
    assertThat(first.view().gateways()).isEmpty();
    assertThat(other.view().gateways())
        .containsOnlyKeys(G)
        .containsValue(
            new Presence(GatewayMode.LEASED, OptionalLong.of(7), OptionalLong.of(8), Set.of(A)));
  }

  @Test
  void oneWhoseRegistrationDoesNotCheckIsWaitedForByAllUntilItIsGone() {
    String key = Keys.gateway(G, LeaseKind.LONG);
    both(entry(key, nonsense(), 7));
    Presence unknown =
        new Presence(GatewayMode.LEASED, OptionalLong.of(7), OptionalLong.empty(), Set.of());
    assertThat(first.view().gateways()).containsEntry(G, unknown);
    assertThat(other.view().gateways()).containsEntry(G, unknown);
    first.remove(key);
    other.remove(key);
    assertThat(first.view().gateways()).isEmpty();
    assertThat(other.view().gateways()).isEmpty();
  }

  @Test
  void aGatewayIsThereForAsLongAsOneOfItsLeasesStands() {
    both(registration(LeaseKind.LONG, 7, Engine.FIRST));
    both(registration(LeaseKind.SHORT, 8, Engine.FIRST));
    first.remove(Keys.gateway(G, LeaseKind.SHORT));
    assertThat(first.view().gateways().get(G))
        .isEqualTo(
            new Presence(GatewayMode.LEASED, OptionalLong.of(7), OptionalLong.empty(), Set.of(A)));
    first.remove(Keys.gateway(G, LeaseKind.LONG));
    assertThat(first.view().gateways()).isEmpty();
  }

  /// Its configuration was changed, and it was started again before its leases had ended.
  @Test
  void aGatewayThatServesAnotherEngineFromNowOnIsNotWaitedForAnyMore() {
    both(registration(LeaseKind.LONG, 7, Engine.FIRST));
    both(registration(LeaseKind.SHORT, 8, Engine.FIRST));
    assertThat(first.view().gateways()).containsOnlyKeys(G);
    both(registration(LeaseKind.LONG, 9, OTHER));
    both(registration(LeaseKind.SHORT, 10, OTHER));
    assertThat(first.view().gateways()).isEmpty();
    assertThat(other.view().gateways()).containsOnlyKeys(G);
  }

  @Test
  void aForgottenGatewayOfAnotherEngineDoesNotCount() {
    both(mark(Optional.of(OTHER)));
    assertThat(first.view().forgotten()).isEmpty();
    assertThat(other.view().forgotten()).containsExactly(G);
    other.remove(Keys.forgotten(G));
    assertThat(other.view().forgotten()).isEmpty();
  }

  @Test
  void aForgottenGatewayOfWhichNothingIsKnownCountsForAll() {
    both(mark(Optional.empty()));
    assertThat(first.view().forgotten()).containsExactly(G);
    assertThat(other.view().forgotten()).containsExactly(G);
    first.remove(Keys.forgotten(G));
    assertThat(first.view().forgotten()).isEmpty();
    first.put(entry(Keys.forgotten(G), nonsense(), 1));
    assertThat(first.view().forgotten()).containsExactly(G);
  }

  private Entry mark(Optional<Engine> engine) {
    ForgottenRecord mark = new ForgottenRecord(G, "process", List.of(7L), 1, engine);
    return entry(Keys.forgotten(G), Records.encode(mark), 3);
  }

  @Test
  void receiptsAreTakenNoteOfAndOnesThatDoNotCheckAreNone() {
    String key = Keys.receipt(new PartitionId(Engine.FIRST, "app:"), G);
    GivenReceipt receipt = new GivenReceipt(3, 8);
    first.put(entry(key, Records.encode(receipt), 8));
    assertThat(first.view().receipts()).containsEntry(G, receipt);
    first.put(
        entry(
            Keys.receipt(new PartitionId(Engine.FIRST, "app:"), new GatewayId("h")),
            nonsense(),
            8));
    assertThat(first.view().receipts()).containsOnlyKeys(G);
    first.remove(key);
    assertThat(first.view().receipts()).isEmpty();
  }

  @Test
  void eachVersionOfARecordIsDecodedOnceForAllPartitions() {
    Entry entry = registration(LeaseKind.LONG, 7, Engine.FIRST);
    both(entry);
    both(entry);
    assertThat(decoded.records()).isEqualTo(1);
    both(registration(LeaseKind.LONG, 9, Engine.FIRST));
    assertThat(decoded.records()).isEqualTo(2);
  }
}
