package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Clocks;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.FormatRecord;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistrationTest {
  private static final GatewayId G = new GatewayId("g");

  @Test
  void aSecondProcessUnderTheSameNameIsRefusedUntilTheFirstOnesLeasesHaveEnded() throws Exception {
    CountDownLatch firstJoined = new CountDownLatch(1);
    CountDownLatch secondJoined = new CountDownLatch(1);
    try (StateStore store = MemoryStore.create();
        GatewayAgent second = agent(store, "two", "process 2", secondJoined)) {
      try (GatewayAgent first = agent(store, "one", "process 1", firstJoined)) {
        first.start();
        assertThat(firstJoined.await(30, TimeUnit.SECONDS)).isTrue();
        second.start();
        while (second.health().refused().isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(second.health().refused()).contains("process 1").contains("'g'");
        assertThat(second.health().problems()).contains(second.health().refused());
        assertThat(secondJoined.getCount()).isEqualTo(1);
        assertThat(registered(store).process()).isEqualTo("process 1");
        assertThat(first.health().movingServed()).isTrue();
      }
      assertThat(secondJoined.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(second.health().refused()).isEmpty();
    }
  }

  @Test
  void theSameGatewayStartedAgainTakesItsPlaceAtOnce() throws Exception {
    CountDownLatch firstJoined = new CountDownLatch(1);
    CountDownLatch secondJoined = new CountDownLatch(1);
    try (StateStore store = MemoryStore.create();
        GatewayAgent first = agent(store, "one", "process 1", firstJoined);
        GatewayAgent second = agent(store, "one", "process 2", secondJoined)) {
      first.start();
      assertThat(firstJoined.await(30, TimeUnit.SECONDS)).isTrue();
      second.start();
      assertThat(secondJoined.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(registered(store).process()).isEqualTo("process 2");
      assertThat(registered(store).identity().homeIds()).containsExactly(new HomeId("blue"));
    }
  }

  @Test
  void aServerThatComesLaterIsToldWhichFormatTheGatewayReads() throws Exception {
    CountDownLatch joined = new CountDownLatch(1);
    try (StateStore store = MemoryStore.create();
        GatewayAgent gateway = agent(store, "one", "process 1", joined)) {
      gateway.start();
      assertThat(joined.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(registered(store).reads()).isEqualTo(1);
      String server = Keys.server("s");
      byte[] format = Records.encode(new FormatRecord(Records.FORMAT));
      PutResult _ = store.put(Keys.formatOf(server), format, StateStore.ANY, null);
      PutResult _ = store.put(server, new byte[] {1}, StateStore.ANY, null);
      Await.until("it says it", () -> registered(store).reads() == Records.FORMAT);
      assertThat(gateway.health().movingServed()).isTrue();
    }
  }

  private static GatewayRecord registered(StateStore store) throws StoreException {
    String key = Keys.gateway(G, LeaseKind.SHORT);
    return Records.decode(key, store.get(key).orElseThrow().value(), GatewayRecord.class);
  }

  private static GatewayAgent agent(
      StateStore store, String instance, String process, CountDownLatch joined) {
    GatewayOptions options =
        new GatewayOptions(
            Engine.FIRST,
            G,
            GatewayMode.LEASED,
            LeaseOptions.DEFAULT,
            new GatewayOptions.Self(
                "here", process, GatewayIdentity.of(instance, List.of(new HomeId("blue")))),
            GatewayMemory.none(Engine.FIRST),
            1,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    return new GatewayAgent(options, store, RouteListener.withoutData(joined::countDown));
  }
}
