package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.mover.MoverOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.testing.RawRedis;
import dev.drover.store.StateStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Records that are none of a gateway's business, and those that it cannot read.
@Timeout(120)
class OthersRecordsTest {
  private static final Engine OTHER = new Engine("other");

  /// A partition of another engine that is held, or whose name would hide a scope.
  private static Partition held(String name) {
    Placement from = new Placement(new HomeId("b"), name);
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT,
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            new Hlc(1, 0));
    return new Partition(
        new PartitionId(OTHER, name),
        7,
        3,
        new Ownership.Cutover(from, new Placement(new HomeId("a"), name), move),
        List.of(),
        new Hlc(2, 0));
  }

  @Test
  void partitionsOfOtherEnginesAreNeitherRoutedNorHeldNorConfirmed() throws Exception {
    GatewayRig.Setup setup = GatewayRig.Setup.usual().inner(false);
    for (String name : List.of("app:", "app:x:", "a", "redis/app:")) {
      Partition other = held(name);
      setup.record(Keys.partition(other.id()), Records.encode(other));
    }
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis client = new RawRedis(rig.gateway.port());
        RawRedis a = rig.a.client()) {
      for (String key : List.of("app:1", "app:x:1", "a1", "redis/app:1")) {
        assertThat(client.call("SET", key, "v")).isEqualTo("OK");
        assertThat(a.call("GET", key)).isEqualTo("v");
      }
      rig.drain();
      Partition late = held("app:late:");
      rig.store.put(Keys.partition(late.id()), Records.encode(late), StateStore.ANY, null);
      rig.hold();
      assertThat(rig.store.list(Keys.RECEIPTS).entries())
          .extracting(entry -> entry.key())
          .containsExactly("receipts/app%3A/g");
    }
  }

  /// Without a gate of its own, what is in the partition would go to the home of the scope around
  /// it.
  @Test
  void aScopeWhoseRecordCannotBeReadIsClosedFromTheStart() throws Exception {
    PartitionId damaged = RedisEngine.scope("app:damaged:");
    String key = Keys.partition(damaged);
    byte[] record =
        Records.encode(
            Partition.at(damaged, new Placement(new HomeId("b"), "app:damaged:"), Hlc.ZERO));
    byte[] wrong = record.clone();
    wrong[wrong.length - 3] ^= 1;
    GatewayRig.Setup setup =
        GatewayRig.Setup.usual()
            .inner(false)
            .hold(Duration.ofMillis(50), 64L << 20, 10_000)
            .record(key, wrong);
    try (GatewayRig rig = new GatewayRig(setup);
        RawRedis client = new RawRedis(rig.gateway.port());
        RawRedis a = rig.a.client();
        RawRedis b = rig.b.client()) {
      assertThat(client.call("SET", "app:1", "v")).isEqualTo("OK");
      for (List<String> request :
          List.of(
              List.of("SET", "app:damaged:1", "v"),
              List.of("GET", "app:damaged:1"),
              List.of("DEL", "app:damaged:1"))) {
        assertThatThrownBy(() -> client.call(request.toArray(String[]::new)))
            .as("%s", request)
            .isInstanceOf(RawRedis.Refused.class);
      }
      assertThat(a.call("EXISTS", "app:damaged:1")).isEqualTo(0L);

      rig.store.put(key, record, StateStore.ANY, null);
      Object answer = null;
      while (!"OK".equals(answer)) {
        try {
          answer = client.call("SET", "app:damaged:1", "v");
        } catch (RawRedis.Refused e) {
          assertThat(e).hasMessageStartingWith("QUIESCED");
        }
      }
      assertThat(a.call("EXISTS", "app:damaged:1")).isEqualTo(0L);
      assertThat(b.call("GET", "app:damaged:1")).isEqualTo("v");
    }
  }
}
