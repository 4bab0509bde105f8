package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class QueueTest {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");
  private static final HomeId C = new HomeId("c");
  private static final HomeId D = new HomeId("d");

  private final FaultyStore store = new FaultyStore(MemoryStore.create());
  private final AtomicInteger told = new AtomicInteger();
  private final Queue here = new Queue(store, told::incrementAndGet);
  private final Queue there = new Queue(store, () -> {});

  @AfterEach
  void close() {
    here.close();
    there.close();
    store.close();
  }

  @Test
  void movesWaitInTheOrderInWhichTheyWereAskedFor() throws Exception {
    here.add(request("m3", 2, "three:"));
    here.add(request("m2", 1, "two:"));
    here.add(request("m1", 1, "one:"));
    assertThat(ids(here)).containsExactly("m1", "m2", "m3");
  }

  @Test
  void aPartitionWaitsForOneMoveOnly() throws Exception {
    here.add(request("m1", 1, "one:"));
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> here.add(request("m2", 2, "one:")))
        .withMessageContaining("redis/one:")
        .extracting(ControlException::kind)
        .isEqualTo(ControlException.Kind.CONFLICT);
    assertThat(ids(here)).containsExactly("m1");
  }

  @Test
  void partitionsOfOneNameAndTwoEnginesDoNotMeet() throws Exception {
    here.add(request("m1", 1, "one:"));
    here.add(request("m2", 2, new PartitionId(new Engine("other"), "one:"), false));
    assertThat(ids(here)).containsExactly("m1", "m2");
  }

  @Test
  void aTakeoverTakesThePlaceOfAWaitingMoveButNotOfAnotherTakeover() throws Exception {
    here.add(request("m1", 1, "one:"));
    here.add(request("m2", 2, "two:"));
    assertThat(here.add(takeover("m3", 3))).map(MoveRequest::id).hasValue(new MoveId("m1"));
    assertThat(ids(here)).containsExactly("m2", "m3");
    assertThat(here.holds(new MoveId("m1"))).isFalse();
    assertThatThrownBy(() -> here.add(takeover("m4", 4))).hasMessageContaining("queued already");
    assertThat(ids(here)).containsExactly("m2", "m3");
  }

  @Test
  void aMoveIsNotLostWhenTheTakeoverThatReplacesItCannotBeWritten() throws Exception {
    here.add(request("m1", 1, "one:"));
    store.away(Call.PUT, "queue/m3", 1);
    assertThatThrownBy(() -> here.add(takeover("m3", 3)))
        .isInstanceOf(StoreException.Unavailable.class);
    assertThat(ids(here)).containsExactly("m1");
    assertThat(here.holds(new MoveId("m1"))).isTrue();
  }

  @Test
  void aFullQueueTakesNothingButATakeoverInPlaceOfAMoveThatWaits() throws Exception {
    for (int i = 0; i < Queue.LENGTH_MAX; i++) {
      String name = i == 0 ? "one:" : "p" + i;
      MoveRequest next = request("q" + i, i, name);
      put("queue/" + next.id(), Records.encode(next));
    }
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> here.add(request("more", 1, "more:")))
        .extracting(ControlException::kind)
        .isEqualTo(ControlException.Kind.TOO_MANY);
    assertThat(here.add(takeover("lost", Queue.LENGTH_MAX))).isPresent();
    assertThat(here.all()).hasSize(Queue.LENGTH_MAX);
  }

  @Test
  void whatAnotherServerAddsAndRemovesIsHeardOf() throws Exception {
    assertThat(here.all()).isEmpty();
    there.add(request("m1", 1, "one:"));
    Await.until("the request of another server", () -> ids(here).equals(List.of("m1")));
    Await.until("to be told of it", () -> told.get() == 1);
    there.remove(new MoveId("m1"));
    assertThat(here.holds(new MoveId("m1"))).as("in the store it is gone at once").isFalse();
    Await.until("its end", () -> ids(here).isEmpty());
    assertThat(told).as("what is removed gives nobody something to begin").hasValue(1);
  }

  @Test
  void afterALostWatchAllIsReadAgain() throws Exception {
    here.add(request("m1", 1, "one:"));
    assertThat(ids(here)).containsExactly("m1");
    store.loseWatches("queue/");
    there.remove(new MoveId("m1"));
    there.add(request("m2", 2, "two:"));
    assertThat(ids(here)).containsExactly("m2");
    there.add(request("m3", 3, "three:"));
    Await.until("what came after that", () -> ids(here).equals(List.of("m2", "m3")));
  }

  @Test
  void aWatchThatDidNotBeginIsBegunTheNextTime() throws Exception {
    store.away(Call.WATCH, "queue/", 1);
    assertThatThrownBy(here::all).isInstanceOf(StoreException.Unavailable.class);
    assertThat(here.all()).isEmpty();
    there.add(request("m1", 1, "one:"));
    Await.until("the request of another server", () -> ids(here).equals(List.of("m1")));
  }

  @Test
  void anEntryThatDoesNotCheckStopsTheQueueUntilItIsGone() throws Exception {
    here.add(request("m1", 1, "one:"));
    put("queue/m2", "nonsense".getBytes(StandardCharsets.UTF_8));
    Await.until("the entry to be seen", () -> told.get() > 0 && corrupt(here));
    assertThatThrownBy(here::all).hasMessageContaining("queue/m2");
    assertThatThrownBy(here::listed).hasMessageContaining("queue/m2");
    assertThatThrownBy(() -> here.add(request("m3", 3, "three:")))
        .isInstanceOf(StoreException.Corrupt.class);
    store.delete("queue/m2", StateStore.ANY);
    Await.until("its end", () -> !corrupt(here));
    assertThat(ids(here)).containsExactly("m1");
  }

  @Test
  void theWaitingMoveOfAPartitionIsDroppedButNotTheOneThatRuns() throws Exception {
    PartitionId one = new PartitionId(Engine.FIRST, "one:");
    there.add(request("m1", 1, "one:"));
    assertThat(here.drop(one, Optional.of(new MoveId("m1")))).isFalse();
    assertThat(here.drop(new PartitionId(Engine.FIRST, "two:"), Optional.empty())).isFalse();
    assertThat(ids(there)).containsExactly("m1");
    assertThat(here.drop(one, Optional.of(new MoveId("m0")))).isTrue();
    assertThat(ids(here)).isEmpty();
  }

  @Test
  void oneThatMustWaitKeepsItsPlaceAtBothHomesAndHoldsUpNobodyElse() {
    Queue.Admission admission = new Queue.Admission(List.of(A, B), 1);
    assertThat(admission.admits(A, C)).as("a is busy").isFalse();
    assertThat(admission.admits(C, D)).as("behind one that waits for a place at c").isFalse();
    assertThat(admission.admits(new HomeId("e"), new HomeId("f"))).isTrue();
    assertThat(admission.admits(new HomeId("e"), new HomeId("g"))).as("e is taken").isFalse();
  }

  private void put(String key, byte[] value) throws StoreException {
    store.put(key, value, StateStore.ANY, null);
  }

  private static boolean corrupt(Queue queue) throws StoreException {
    try {
      queue.all();
      return false;
    } catch (StoreException.Corrupt e) {
      return true;
    }
  }

  private static List<String> ids(Queue queue) throws StoreException {
    return queue.all().stream().map(each -> each.id().value()).toList();
  }

  private static MoveRequest request(String id, long order, String name) throws ControlException {
    return request(id, order, new PartitionId(Engine.FIRST, name), false);
  }

  private static MoveRequest takeover(String id, long order) throws ControlException {
    return request(id, order, new PartitionId(Engine.FIRST, "one:"), true);
  }

  private static MoveRequest request(String id, long order, PartitionId partition, boolean takeover)
      throws ControlException {
    MoveBody body = takeover ? MoveBody.takeover(partition, B) : MoveBody.of(partition.name(), "b");
    return body.request(text -> partition, new MoveId(id), order);
  }
}
