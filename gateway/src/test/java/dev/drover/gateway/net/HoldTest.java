package dev.drover.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.gate.Gate;
import dev.drover.store.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests that wait for a route: their limits, and who goes on when.
@Timeout(60)
class HoldTest {
  private static final Duration MAX = Duration.ofSeconds(3);

  private final LoopRig rig = new LoopRig();
  private final HoldLimits limits = new HoldLimits(new HoldOptions(MAX, 1_000, 3));
  private final HoldQueue queue = new HoldQueue(rig.loop);
  private final Gate one = LoopRig.gate("one", "a");
  private final Gate two = LoopRig.gate("two", "b");
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    rig.close();
  }

  private HeldRequest request() {
    return new HeldRequest(limits, rig.loop, "partition");
  }

  // --- limits

  @Test
  void noMoreRequestsAreHeldThanAllowed() {
    List<HeldRequest> three = List.of(request(), request(), request());
    three.forEach(each -> assertThat(each.hold(one, 1)).isNull());
    assertThat(request().hold(one, 1)).isEqualTo("too many requests are held at this gateway");
    assertThat(limits.heldNow()).isEqualTo(3);
    three.getFirst().over();
    assertThat(request().hold(one, 1)).isNull();
    assertThat(limits.heldSoFar()).isEqualTo(4);
  }

  @Test
  void whatHasComeBehindARequestThatWaitedTooLongIsRefusedWithIt() {
    HeldRequest pipeline = request();
    assertThat(pipeline.hold(one, 1)).isNull();
    rig.clock.addAndGet(MAX.toNanos() + 1);
    assertThat(pipeline.tooLong(rig.loop.nanos())).isTrue();
    assertThat(pipeline.timedOut()).contains("'one'");
    long came = rig.loop.nanos() - MAX.toNanos() - 1;
    assertThat(pipeline.hold(two, 1, came))
        .contains("held for partition 'two' for as long as allowed");
    assertThat(limits.heldNow()).isZero();
    // What came later waits for as long as allowed.
    assertThat(pipeline.hold(one, 1, rig.loop.nanos())).isNull();
    pipeline.over();
    pipeline.caughtUp();
    assertThat(pipeline.hold(one, 1, came)).isNull();
  }

  @Test
  void noMoreBytesAreHeldThanAllowed() {
    HeldRequest large = request();
    assertThat(large.hold(one, 900)).isNull();
    assertThat(request().hold(one, 101)).isEqualTo("too many requests are held at this gateway");
    assertThat(limits.heldNow()).isOne();
    assertThat(limits.bytesNow()).isEqualTo(900);
    large.over();
    large.over();
    assertThat(limits.bytesNow()).isZero();
    assertThat(limits.heldNow()).isZero();
    assertThat(request().hold(one, 1_000)).isNull();
  }

  @Test
  void aRequestThatIsHeldAnewCountsOnceAndItsTimeGoesOn() {
    HeldRequest request = request();
    assertThat(request.hold(one, 10)).isNull();
    rig.clock.addAndGet(MAX.toNanos());
    assertThat(request.hold(two, 10)).isNull();
    assertThat(limits.bytesNow()).isEqualTo(10);
    rig.clock.incrementAndGet();
    assertThat(request.hold(one, 10))
        .isEqualTo("this request was held for partition 'one' for as long as allowed");
    assertThat(limits.bytesNow()).isZero();
    assertThat(limits.longestNanos()).isEqualTo(MAX.toNanos() + 1);
  }

  @Test
  void aRequestThatIsUnderNoPartitionIsToldOfTheStore() {
    HeldRequest request = request();
    assertThat(request.hold(null, 10)).isNull();
    assertThat(request.timedOut()).isEqualTo("the gateway has lost touch with its store");
    assertThat(limits.heldNow()).isZero();
  }

  // --- the queue

  /// A client with one request, which asks for another gate when it is refused.
  private final class Client implements HoldQueue.Held {
    private final String name;
    private final HeldRequest held = request();
    private Runnable atRelease = () -> {};
    private Runnable atRefusal = () -> {};

    private Client(String name) {
      this.name = name;
    }

    private void hold(Gate gate) {
      assertThat(held.hold(gate, 1)).isNull();
      queue.hold(gate, this);
    }

    @Override
    public void released() {
      told.add(name + " released");
      atRelease.run();
    }

    @Override
    public boolean heldTooLong(long nowNanos) {
      return held.tooLong(nowNanos);
    }

    @Override
    public void refuseHeld() {
      held.timedOut();
      told.add(name + " refused");
      atRefusal.run();
    }
  }

  private void awaitTold(String... all) throws Exception {
    Await.until(List.of(all) + " were told", () -> told.size() >= all.length);
    rig.run(() -> {});
    assertThat(told).containsExactly(all);
  }

  @Test
  void thoseOfOneGateGoOnInTheirOrderAndOthersStay() throws Exception {
    rig.run(
        () -> {
          new Client("1").hold(one);
          new Client("other").hold(two);
          new Client("2").hold(one);
          queue.released(one);
        });
    awaitTold("1 released", "2 released");
    rig.run(() -> queue.released(one));
    rig.run(queue::releasedAll);
    awaitTold("1 released", "2 released", "other released");
  }

  @Test
  void whoIsHeldAgainWhenItIsReleasedIsNotLost() throws Exception {
    Client client = new Client("1");
    client.atRelease = () -> client.hold(one);
    rig.run(
        () -> {
          client.hold(one);
          queue.released(one);
          queue.released(one);
        });
    awaitTold("1 released", "1 released");
    client.atRelease = () -> {};
    rig.run(queue::releasedAll);
    awaitTold("1 released", "1 released", "1 released");
  }

  @Test
  void whoHasWaitedForTooLongIsRefused() throws Exception {
    rig.run(() -> new Client("1").hold(one));
    rig.clock.addAndGet(MAX.toNanos() + 1);
    awaitTold("1 refused");
    assertThat(limits.heldNow()).isZero();
  }

  @Test
  void whoWasHeldForAnotherGateBeforeIsRefusedInItsOwnTime() throws Exception {
    Client old = new Client("old");
    rig.run(() -> old.hold(one));
    rig.clock.addAndGet(MAX.toNanos() / 2);
    rig.run(
        () -> {
          new Client("young").hold(two);
          old.atRelease = () -> old.hold(two);
          queue.released(one);
        });
    rig.clock.addAndGet(MAX.toNanos() / 2 + 1);
    awaitTold("old released", "old refused");
    rig.clock.addAndGet(MAX.toNanos());
    awaitTold("old released", "old refused", "young refused");
  }

  @Test
  void whoIsRefusedAndHeldForAnotherGateAtOnceIsNeitherLostNorInTheWay() throws Exception {
    AtomicInteger again = new AtomicInteger();
    List<Gate> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(LoopRig.gate("other" + i, "a"));
    }
    rig.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            Client client = new Client("c" + i);
            client.atRefusal =
                () -> {
                  Client next = new Client(client.name + " next");
                  next.hold(others.get(again.getAndIncrement()));
                };
            client.hold(i == 0 ? two : one);
          }
        });
    rig.clock.addAndGet(MAX.toNanos() + 1);
    Await.until("all three were refused", () -> told.size() == 3);
    assertThat(told).containsExactlyInAnyOrder("c0 refused", "c1 refused", "c2 refused");
    assertThat(rig.on(limits::heldNow)).isEqualTo(3);
    rig.clock.addAndGet(MAX.toNanos() + 1);
    Await.until("all next ones were refused", () -> told.size() == 6);
    assertThat(told).contains("c0 next refused", "c1 next refused", "c2 next refused");
    assertThat(limits.heldNow()).isZero();
  }

  // --- requests that have not come as a whole

  private final class Unfinished implements UnfinishedRequests.Owner {
    private final String name;

    private Unfinished(String name) {
      this.name = name;
    }

    @Override
    public void dropUnfinished() {
      told.add(name + " dropped");
    }
  }

  @Test
  void whatHasStoodStillForTheLongestMakesRoomAndNeverTheOneWhoNeedsIt() {
    List<UnfinishedRequests> loops = new ArrayList<>();
    UnfinishedRequests mine = new UnfinishedRequests(limits, rig.loop, loops);
    loops.add(mine);
    Unfinished a = new Unfinished("a");
    Unfinished b = new Unfinished("b");
    mine.note(a, 200);
    mine.note(b, 200);
    mine.note(a, 300);
    mine.makeRoom(a);
    assertThat(told).isEmpty();
    assertThat(limits.bytesNow()).isEqualTo(500);
    mine.note(a, 301);
    mine.makeRoom(a);
    assertThat(told).containsExactly("b dropped");
    assertThat(limits.bytesNow()).isEqualTo(301);
    assertThat(limits.droppedSoFar()).isOne();
    mine.note(a, 600);
    mine.makeRoom(a);
    assertThat(told).containsExactly("b dropped");
    mine.note(a, 0);
    assertThat(limits.bytesNow()).isZero();
  }

  @Test
  void anotherLoopMakesRoomIfThisOneHasNone() throws Exception {
    try (LoopRig other = new LoopRig()) {
      List<UnfinishedRequests> loops = new ArrayList<>();
      UnfinishedRequests mine = new UnfinishedRequests(limits, rig.loop, loops);
      UnfinishedRequests theirs = new UnfinishedRequests(limits, other.loop, loops);
      loops.addAll(List.of(mine, theirs));
      other.run(() -> theirs.note(new Unfinished("theirs"), 300));
      Unfinished current = new Unfinished("mine");
      rig.run(
          () -> {
            mine.note(current, 250);
            mine.makeRoom(current);
          });
      awaitTold("theirs dropped");
      assertThat(limits.bytesNow()).isEqualTo(250);
    }
  }

  @Test
  void unfinishedRequestsLeaveHalfOfTheBytesForThoseThatAreHeld() {
    assertThat(limits.unfinishedBytesMax()).isEqualTo(500);
    assertThat(limits.requestBytesMax()).isEqualTo(250);
    limits.unfinished(500);
    assertThat(limits.tooMuchUnfinished()).isFalse();
    assertThat(request().hold(one, 500)).isNull();
    assertThat(request().hold(one, 1)).isNotNull();
    limits.unfinished(1);
    assertThat(limits.tooMuchUnfinished()).isTrue();
  }

  // --- the loop

  @Test
  void aBugOfOneWhoLooksAtTheTimeKeepsNobodyElseFromIt() throws Exception {
    AtomicInteger ticks = new AtomicInteger();
    rig.run(
        () -> {
          rig.loop.addTicked(
              _ -> {
                throw new IllegalStateException("a bug of this test");
              });
          rig.loop.addTicked(_ -> ticks.incrementAndGet());
          rig.loop.start();
        });
    Await.until("the time was looked at twice", () -> ticks.get() >= 2);
  }
}
