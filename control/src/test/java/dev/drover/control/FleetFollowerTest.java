package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FleetFollowerTest {
  private static final Engine OTHER = new Engine("other");
  private static final PartitionId APP = new PartitionId(Engine.FIRST, "app:");
  private static final PartitionId THEIRS = new PartitionId(OTHER, "app:");
  private static final GatewayId G = new GatewayId("g");

  private final FaultyStore store = new FaultyStore(MemoryStore.create());
  private final AtomicInteger told = new AtomicInteger();
  private final FleetFollower fleet =
      new FleetFollower(store, APP, new KnownFleet.Decoded(), told::incrementAndGet);

  @AfterEach
  void close() {
    fleet.close();
    store.close();
  }

  private void register(GatewayId id, Engine engine) throws StoreException {
    LeaseId lease = store.lease(Duration.ofMinutes(1));
    GatewayRecord record =
        new GatewayRecord(
            id,
            GatewayMode.LEASED,
            "",
            "",
            lease.value(),
            GatewayIdentity.of(id.value(), List.of(new HomeId("a"))),
            engine,
            Records.FORMAT);
    store.put(Keys.gateway(id, LeaseKind.SHORT), Records.encode(record), StateStore.ANY, lease);
  }

  private void confirm(PartitionId partition, GatewayId id, long epoch) throws StoreException {
    byte[] receipt = Records.encode(new GivenReceipt(epoch, 1));
    store.put(Keys.receipt(partition, id), receipt, StateStore.ANY, null);
  }

  @Test
  void itTellsOfGatewaysAndReceiptsOfItsPartitionOnly() throws Exception {
    fleet.start();
    int before = told.get();
    register(G, Engine.FIRST);
    register(new GatewayId("o"), OTHER);
    confirm(APP, G, 4);
    confirm(THEIRS, new GatewayId("o"), 5);
    Await.until("to be told", () -> told.get() >= before + 3);
    assertThat(fleet.view().gateways()).containsOnlyKeys(G);
    assertThat(fleet.view().receipts()).containsOnlyKeys(G).containsValue(new GivenReceipt(4, 1));
    assertThat(fleet.list().gateways()).containsOnlyKeys(G);
    assertThat(fleet.list().receipts()).containsOnlyKeys(G);
  }

  @Test
  void afterEitherWatchIsLostAllIsReadAgain() throws Exception {
    register(G, Engine.FIRST);
    confirm(APP, G, 4);
    fleet.start();
    long epoch = 4;
    for (String lost : List.of(Keys.GATEWAYS, Keys.receipts(APP))) {
      GatewayId next = new GatewayId("g" + epoch);
      long expected = ++epoch;
      int before = told.get();
      store.fault(
          (call, key) -> {
            if (call == Call.LIST) {
              throw new StoreException.Unavailable("the store is away", null);
            }
          });
      store.loseWatches(lost);
      register(next, Engine.FIRST);
      confirm(APP, G, expected);
      store.fault((call, key) -> {});
      Await.until("the gateway", () -> fleet.view().gateways().containsKey(next));
      Await.until(
          "the receipt",
          () -> new GivenReceipt(expected, 1).equals(fleet.view().receipts().get(G)));
      assertThat(told).hasValueGreaterThan(before);
      Await.until("both watches", () -> watches() == 2);
    }
    store.delete(Keys.receipt(APP, G), StateStore.ANY);
    Await.until("what comes after that", () -> fleet.view().receipts().isEmpty());
  }

  private long watches() {
    return store.watches(Keys.GATEWAYS) + store.watches(Keys.receipts(APP));
  }

  @Test
  void oneThatBeginsAgainAfterItsSecondWatchDidNotLeavesNoWatchBehind() throws Exception {
    store.away(Call.WATCH, Keys.RECEIPTS, 1);
    assertThatThrownBy(fleet::start).isInstanceOf(StoreException.Unavailable.class);
    fleet.start();
    assertThat(store.watches(Keys.GATEWAYS)).isEqualTo(1);
    assertThat(store.watches(Keys.receipts(APP))).isEqualTo(1);
    fleet.close();
    assertThat(watches()).isZero();
  }

  @Test
  void afterItsEndALostWatchBeginsNothing() throws Exception {
    fleet.start();
    fleet.close();
    fleet.start();
    assertThat(watches()).isZero();
  }
}
