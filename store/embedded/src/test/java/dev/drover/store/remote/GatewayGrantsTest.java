package dev.drover.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Checkpoint;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.EngineState;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Step;
import dev.drover.core.Transition;
import dev.drover.core.Unknown;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.MoverOptions;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.grants.GatewayGrants;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.RequestsRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who holds the gateways' token can write what a gateway writes, and nothing else.
final class GatewayGrantsTest {
  private static final PartitionId SCOPE = new PartitionId(Engine.FIRST, "app:");
  private static final GatewayId G1 = new GatewayId("g1");
  private static final Placement A = new Placement(new HomeId("a"), "app:");
  private static final Placement B = new Placement(new HomeId("b"), "app:");
  private static final String KEY = Keys.partition(SCOPE);
  private static final byte[] ANYTHING = "{}".getBytes(StandardCharsets.UTF_8);

  private final StateStore store = MemoryStore.create();
  private StoreServer server;
  private RemoteStore gateway;

  @BeforeEach
  void start() throws Exception {
    server =
        StoreServer.start(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            StoreServer.Options.defaults()
                .withTokens(Set.of("gateways", "all"))
                .withGrants(new GatewayGrants(store)));
    gateway =
        RemoteStore.connect(
            RemoteFixture.options(server.address().getPort()).withToken("gateways"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    server.close();
    store.close();
  }

  private static byte[] registration(GatewayId id, long lease, String instance) {
    return Records.encode(
        new GatewayRecord(
            id,
            GatewayMode.LEASED,
            "h:1",
            "1@h",
            lease,
            new GatewayIdentity(instance, 60_000, List.of(), "abc"),
            Engine.FIRST,
            Records.FORMAT));
  }

  private LeaseId registered(GatewayId id) throws StoreException {
    LeaseId lease = gateway.lease(Duration.ofSeconds(60));
    for (LeaseKind kind : LeaseKind.values()) {
      byte[] record = registration(id, lease.value(), "i-" + id);
      assertThat(gateway.put(Keys.gateway(id, kind), record, StateStore.ABSENT, lease))
          .isInstanceOf(PutResult.Applied.class);
    }
    return lease;
  }

  private static byte[] receipt(long lease) {
    return Records.encode(new GivenReceipt(5, lease));
  }

  private static Partition partition(Ownership ownership) {
    return new Partition(SCOPE, 5, 2, ownership, List.of(), new Hlc(5, 0));
  }

  private static Move move() {
    return new Move(
        new MoveId("m1"),
        new ControllerId("c"),
        new Move.Plan(
            Budget.DEFAULT,
            new Barrier.Receipts(),
            MoverOptions.DEFAULT,
            SourceFence.OUTSIDERS,
            List.of()),
        new Move.Reached(
            Step.SETTLE, 1, new Checkpoint(10, 1_000, ""), EngineState.NONE, List.of()),
        new Hlc(4, 0),
        Unknown.NOTHING);
  }

  private void refused(String key, byte[] value, long version, @Nullable LeaseId lease) {
    assertThatThrownBy(() -> gateway.put(key, value, version, lease))
        .as(key)
        .isInstanceOf(StoreException.Refused.class);
  }

  @Test
  void aGatewayRegistersAndGivesReceipts() throws Exception {
    LeaseId lease = registered(G1);
    String key = Keys.receipt(SCOPE, G1);
    assertThat(gateway.put(key, receipt(lease.value()), StateStore.ANY, lease))
        .isInstanceOf(PutResult.Applied.class);
    assertThat(gateway.keepAlive(lease)).isTrue();
    String witness = Keys.witness(new HomeId("a"), true, "g1");
    assertThat(gateway.put(witness, ANYTHING, StateStore.ANY, lease))
        .isInstanceOf(PutResult.Applied.class);
    assertThat(gateway.delete(witness, StateStore.ANY)).isInstanceOf(PutResult.Applied.class);
    String requests = Keys.requests(G1);
    byte[] none = Records.encode(new RequestsRecord(List.of()));
    assertThat(gateway.put(requests, none, StateStore.ANY, lease))
        .isInstanceOf(PutResult.Applied.class);
    assertThat(gateway.delete(requests, StateStore.ANY)).isInstanceOf(PutResult.Applied.class);
    gateway.revoke(lease);
    assertThat(gateway.keepAlive(lease)).isFalse();
    assertThat(gateway.list("").entries()).isEmpty();
  }

  @Test
  void nobodySpeaksForAGatewayWithoutItsLease() throws Exception {
    LeaseId lease = registered(G1);
    LeaseId other = gateway.lease(Duration.ofSeconds(60));
    String key = Keys.receipt(SCOPE, G1);
    refused(key, receipt(other.value()), StateStore.ANY, other);
    refused(key, receipt(lease.value()), StateStore.ANY, other);
    refused(key, receipt(lease.value()), StateStore.ANY, null);
    refused(Keys.receipt(SCOPE, new GatewayId("g2")), receipt(lease.value()), -1, lease);
    refused(key, ANYTHING, StateStore.ANY, lease);
    String own = Keys.gateway(G1, LeaseKind.LONG);
    long version = store.get(own).orElseThrow().version();
    refused(own, registration(G1, other.value(), "another"), version, other);
    refused(own, registration(G1, lease.value(), "i-g1"), StateStore.ANY, lease);
    refused(own, registration(new GatewayId("g2"), lease.value(), "i-g1"), version, lease);
    refused(own, registration(G1, lease.value(), "i-g1"), version, null);
  }

  @Test
  void aRecordOfAPartitionIsNotTheGateways() throws Exception {
    Partition now = partition(new Ownership.Draining(A, B, move()));
    store.put(KEY, Records.encode(now), StateStore.ABSENT, null);
    long version = store.get(KEY).orElseThrow().version();
    refused(KEY, Records.encode(partition(new Ownership.Active(B))), version, null);
    refused(KEY, Records.encode(partition(new Ownership.Active(B))), StateStore.ANY, null);
    refused(KEY, Records.encode(now), version, null);
    refused(KEY, ANYTHING, version, null);
    refused(
        Keys.partition(new PartitionId(Engine.FIRST, "new:")),
        Records.encode(now),
        StateStore.ABSENT,
        null);
  }

  @Test
  void aGatewayEndsACutoverAndChangesNothingElseWithIt() throws Exception {
    Partition now = partition(new Ownership.Cutover(A, B, move()));
    store.put(KEY, Records.encode(now), StateStore.ABSENT, null);
    long version = store.get(KEY).orElseThrow().version();
    if (!(Transition.reopen(now, new Hlc(9, 0)) instanceof Transition.Granted(Partition next))) {
      throw new AssertionError("a cutover can be reopened");
    }
    Partition more =
        new Partition(
            next.id(),
            next.epoch(),
            next.term() + 1,
            next.ownership(),
            next.owed(),
            next.changedAt());
    refused(KEY, Records.encode(more), version, null);
    assertThat(gateway.put(KEY, Records.encode(next), version + 7, null))
        .isInstanceOf(PutResult.Conflict.class);
    assertThat(gateway.put(KEY, Records.encode(next), version, null))
        .isInstanceOf(PutResult.Applied.class);
  }

  @Test
  void everythingElseIsRefused() throws Exception {
    LeaseId lease = registered(G1);
    for (String key :
        List.of(
            "",
            "x",
            "certificates/m1",
            "history/m1",
            "kept/m1",
            "signers/abc",
            "drivers/app%3A",
            "controller",
            "servers/s",
            "store/identity",
            "store/homes",
            "dropped/app%3A",
            "takeovers/app%3A",
            "audit/1",
            "partitions",
            "partitions/",
            "receipts/app%3A",
            "receipts/app%3A/g1/x",
            "receipts/app%3A/",
            "gateways/g1",
            "gateways/g1/forgotten",
            "gateways/forgotten",
            "gateways/requests",
            "gateways/a/b/requests",
            "gateways//long",
            "gateways/g1/long/x",
            "witnesses/a/server/s",
            "witnesses/a/gateway",
            "witnesses/a/gateway/")) {
      refused(key, ANYTHING, StateStore.ANY, lease);
      if (!key.isEmpty() && !key.endsWith("/requests")) {
        assertThatThrownBy(() -> gateway.delete(key, StateStore.ANY))
            .as(key)
            .isInstanceOf(StoreException.Refused.class);
      }
    }
    assertThatThrownBy(() -> gateway.delete(Keys.receipt(SCOPE, G1), StateStore.ANY))
        .isInstanceOf(StoreException.Refused.class);
  }

  @Test
  void aDriversLeaseIsNotTheGateways() throws Exception {
    LeaseId driver = store.lease(Duration.ofSeconds(60));
    store.put(Keys.CONTROLLER, ANYTHING, StateStore.ABSENT, driver);
    assertThatThrownBy(() -> gateway.revoke(driver)).isInstanceOf(StoreException.Refused.class);
    assertThatThrownBy(() -> gateway.keepAlive(driver)).isInstanceOf(StoreException.Refused.class);
    LeaseId mark = store.lease(Duration.ofSeconds(60));
    store.put(Keys.forgotten(G1), ANYTHING, StateStore.ABSENT, mark);
    assertThatThrownBy(() -> gateway.revoke(mark)).isInstanceOf(StoreException.Refused.class);
    assertThat(store.keepAlive(driver)).isTrue();
  }
}
