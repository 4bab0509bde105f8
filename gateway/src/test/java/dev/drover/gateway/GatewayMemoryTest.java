package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Clocks;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.SeenRecord;
import dev.drover.store.records.StoreIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A gateway over stores that know less than it has seen. Each memory store counts revisions from
/// the beginning, as one does that was put back.
@Timeout(60)
class GatewayMemoryTest {
  private static final PartitionId APP = new PartitionId(Engine.FIRST, "app:");

  @TempDir Path directory;

  @Test
  void aStoreThatKnowsLessThanTheGatewayHasSeenIsNotServedBy() throws Exception {
    assertThat(refusalBy("s1", 4)).isEmpty();
    assertThat(refusalBy("s1", 2)).contains("epoch 4").contains("only epoch 2");
    assertThat(refusalBy("s2", 9)).contains("served by store s1, and this is store s2");
    assertThat(refusalBy("s1", -1)).contains("nothing of it").contains("drover repair");
    assertThat(refusalBy("s1", 1_004)).isEmpty();
  }

  @Test
  void whatIsSeenWhileTheStoreIsReadIsNotHeldAgainstTheListing() {
    var identity = new StoreIdentity("s1", List.of(), 0);
    Map<PartitionId, Partition> listing = Map.of(APP, partition(4));
    GatewayMemory memory = GatewayMemory.none(Engine.FIRST);
    memory.joined(identity, listing, 10);
    SeenRecord before = memory.seen();
    memory.saw(partition(6), 13);
    assertThat(memory.missing(before, identity, listing, Set.of(), 11)).isEmpty();
    assertThat(memory.missing(memory.seen(), identity, listing, Set.of(), 11)).isPresent();
    memory.joined(identity, listing, 11);
    assertThat(memory.seen().revision()).isEqualTo(13);
    assertThat(memory.seen().partitions())
        .extractingByKey("app:")
        .matches(seen -> seen.epoch() == 6);
  }

  /// @param epoch of the partition, -1 if there is none
  private String refusalBy(String name, long epoch) throws Exception {
    CountDownLatch joined = new CountDownLatch(1);
    try (StateStore store = MemoryStore.create()) {
      var identity = new StoreIdentity(name, List.of(), epoch);
      store.put(Keys.STORE, Records.encode(identity), StateStore.ABSENT, null);
      if (epoch >= 0) {
        store.put(Keys.partition(APP), Records.encode(partition(epoch)), StateStore.ABSENT, null);
      }
      try (GatewayAgent agent =
          new GatewayAgent(options(), store, RouteListener.withoutData(joined::countDown))) {
        agent.start();
        while (joined.getCount() > 0 && agent.health().refused().isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        return agent.health().refused();
      }
    }
  }

  private static Partition partition(long epoch) {
    Placement home = new Placement(new HomeId("blue"), "app:");
    return new Partition(APP, epoch, 1, new Ownership.Active(home), List.of(), new Hlc(1, 0));
  }

  private GatewayOptions options() throws Exception {
    return new GatewayOptions(
        Engine.FIRST,
        new GatewayId("g"),
        GatewayMode.LEASED,
        LeaseOptions.DEFAULT,
        new GatewayOptions.Self(
            "here", "test", GatewayIdentity.of("g", List.of(new HomeId("blue")))),
        GatewayMemory.in(directory, Engine.FIRST),
        1,
        new Clocks(System::nanoTime, System::currentTimeMillis));
  }
}
