package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class OwnerTest {
  private static final int POSTERS = 6;
  private static final int MESSAGES = 20_000;
  private static final long LONG_NANOS = TimeUnit.DAYS.toNanos(1);

  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private final List<Owner<?>> owners = new ArrayList<>();

  @AfterEach
  void close() {
    owners.forEach(Owner::close);
  }

  private <M> Owner<M> owner(int mailboxMax, Consumer<M> take) {
    return owner(mailboxMax, take, () -> System.nanoTime() + LONG_NANOS, System::nanoTime);
  }

  private <M> Owner<M> owner(
      int mailboxMax, Consumer<M> take, LongSupplier wake, LongSupplier nanoClock) {
    Owner<M> owner = new Owner<>(mailboxMax, take, wake, bugs::add, nanoClock);
    owners.add(owner);
    return owner;
  }

  private record Numbered(int poster, int number) {}

  /// Counts what it takes. Its fields are plain: what else than the owner's turn could keep them
  /// right?
  private static final class Counting implements Consumer<Numbered> {
    final int[] next = new int[POSTERS];
    final AtomicBoolean inside = new AtomicBoolean();
    final AtomicInteger wrong = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();

    @Override
    public void accept(Numbered message) {
      if (!inside.compareAndSet(false, true) || next[message.poster()] != message.number()) {
        wrong.incrementAndGet();
      }
      next[message.poster()]++;
      inside.set(false);
      taken.incrementAndGet();
    }
  }

  @Test
  void eachMessageIsTakenOnceInItsPostersOrderAndNeverTwoAtOnce() throws Exception {
    for (int mailboxMax : new int[] {1, 3, 1_000}) {
      Counting counting = new Counting();
      Owner<Numbered> owner = owner(mailboxMax, counting);
      owner.start();
      List<Thread> posters = new ArrayList<>();
      for (int i = 0; i < POSTERS; i++) {
        int poster = i;
        posters.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int n = 0; n < MESSAGES; n++) {
                        owner.post(new Numbered(poster, n));
                      }
                    }));
      }
      for (Thread each : posters) {
        each.join();
      }
      Await.until("all to be taken", () -> counting.taken.get() == POSTERS * MESSAGES);
      assertThat(counting.wrong).hasValue(0);
      assertThat(counting.next).containsOnly(MESSAGES);
      assertThat(bugs).isEmpty();
    }
  }

  @Test
  void whoPostsWorksItOffAndWhatIsPostedLaterLeavesItToTheOwnersThread() throws Exception {
    Thread self = Thread.currentThread();
    List<Thread> by = Collections.synchronizedList(new ArrayList<>());
    Owner<String> owner = owner(10, message -> by.add(Thread.currentThread()));
    owner.post("before the thread is started");
    assertThat(by).containsExactly(self);
    owner.start();
    owner.post("now");
    owner.postLater("later");
    Await.until("the later one", () -> by.size() == 3);
    assertThat(by.subList(0, 2)).containsExactly(self, self);
    assertThat(by.getLast().getName()).isEqualTo("gateway-agent");
  }

  @Test
  void whatIsPostedInATurnIsTakenAfterIt() {
    List<Integer> ended = new ArrayList<>();
    List<Owner<Integer>> itself = new ArrayList<>();
    Owner<Integer> owner =
        owner(
            10,
            message -> {
              if (message < 3) {
                itself.getFirst().post(message + 1);
              }
              ended.add(message);
            });
    itself.add(owner);
    owner.post(1);
    assertThat(ended).containsExactly(1, 2, 3);
  }

  @Test
  void whoPostsWhileAnotherHasTheTurnLeavesTheMessageToThatOne() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    Owner<String> owner = owner(10, message -> blockOn("first", message, inTurn, goOn, taken));
    Thread holder = Thread.ofPlatform().start(() -> owner.post("first"));
    inTurn.await();
    owner.post("second");
    assertThat(taken).isEmpty();
    goOn.countDown();
    holder.join();
    assertThat(taken).containsExactly("first", "second");
  }

  private static void blockOn(
      String which, String message, CountDownLatch inTurn, CountDownLatch goOn, List<String> to) {
    if (message.equals(which)) {
      inTurn.countDown();
      awaitQuietly(goOn);
    }
    to.add(message);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFullMailboxHoldsPostersUpButNotThoseThatPostForLater() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    Owner<String> owner = owner(1, message -> blockOn("first", message, inTurn, goOn, taken));
    Thread holder = Thread.ofPlatform().start(() -> owner.post("first"));
    inTurn.await();
    owner.post("second");
    Thread third = Thread.ofPlatform().start(() -> owner.post("third"));
    Await.until("the third to wait for room", () -> waits(third));
    owner.postLater("fourth");
    assertThat(taken).isEmpty();
    goOn.countDown();
    holder.join();
    third.join();
    Await.until("all", () -> taken.size() == 4);
    assertThat(taken).startsWith("first", "second").contains("third", "fourth");
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void whatAnInterruptedThreadPostsIsNotLostAndItStaysInterrupted() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    Owner<String> owner = owner(1, message -> blockOn("first", message, inTurn, goOn, taken));
    Thread holder = Thread.ofPlatform().start(() -> owner.post("first"));
    inTurn.await();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread poster =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  owner.post("there is room");
                  owner.post("there is none");
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    Await.until("the poster to wait for room", () -> waits(poster) || !poster.isAlive());
    goOn.countDown();
    holder.join();
    poster.join();
    Await.until("all", () -> taken.size() == 3);
    assertThat(taken).containsExactly("first", "there is room", "there is none");
    assertThat(interrupted).isTrue();
  }

  @Test
  void aBugEndsItIsToldOnceAndHoldsNobodyUp() throws Exception {
    RuntimeException bug = new IllegalStateException("a bug");
    List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
    Owner<Integer> owner =
        owner(
            2,
            message -> {
              if (message == 2) {
                throw bug;
              }
              taken.add(message);
            });
    owner.start();
    for (int i = 1; i <= 20; i++) {
      owner.post(i);
      owner.postLater(i);
    }
    assertThat(bugs).containsExactly(bug);
    assertThat(taken).containsOnly(1);
  }

  @Test
  void anErrorEndsItLikeABug() {
    AssertionError error = new AssertionError("this cannot be");
    List<Integer> taken = new ArrayList<>();
    Owner<Integer> owner =
        owner(
            10,
            message -> {
              taken.add(message);
              throw error;
            });
    owner.post(1);
    owner.post(2);
    assertThat(bugs).containsExactly(error);
    assertThat(taken).containsExactly(1);
  }

  @Test
  void aBugInWhatIsDueByTimeEndsItToo() throws Exception {
    RuntimeException bug = new IllegalStateException("a bug");
    List<String> taken = new ArrayList<>();
    Owner<String> owner =
        owner(
            2,
            taken::add,
            () -> {
              throw bug;
            },
            System::nanoTime);
    owner.start();
    Await.until("the bug", () -> bugs.size() == 1);
    owner.post("too late");
    assertThat(taken).isEmpty();
    assertThat(bugs).containsExactly(bug);
  }

  @Test
  void afterItsEndNothingIsTakenAndNobodyIsHeldUp() {
    List<Integer> taken = new ArrayList<>();
    Owner<Integer> owner = owner(2, taken::add);
    owner.start();
    owner.post(1);
    owner.close();
    for (int i = 2; i < 20; i++) {
      owner.post(i);
      owner.postLater(i);
    }
    assertThat(taken).containsExactly(1);
  }

  /// Many times: to miss one would cost the longest sleep.
  @Test
  void whatIsDueByTimeIsDoneThenThoughNobodyPosts() throws Exception {
    AtomicInteger woken = new AtomicInteger();
    Owner<String> owner =
        owner(
            10,
            message -> {},
            () -> {
              woken.incrementAndGet();
              return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            },
            System::nanoTime);
    owner.start();
    Await.until("500 times", () -> woken.get() >= 500);
  }

  /// As above: a message has something due early, and the thread sleeps by what was due before.
  @Test
  void aMessageThatHasSomethingDueSoonerWakesTheSleepingThread() throws Exception {
    AtomicLong due = new AtomicLong(System.nanoTime() + LONG_NANOS);
    AtomicInteger done = new AtomicInteger();
    Owner<Long> owner = owner(10, due::set, () -> doDue(due, done), System::nanoTime);
    owner.start();
    for (int i = 1; i <= 200; i++) {
      int times = i;
      owner.post(System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(200));
      Await.until("what was due", () -> done.get() >= times);
    }
  }

  private static long doDue(AtomicLong due, AtomicInteger done) {
    if (System.nanoTime() - due.get() >= 0) {
      done.incrementAndGet();
      due.set(System.nanoTime() + LONG_NANOS);
    }
    return due.get();
  }

  /// The thread looks at the clock before it falls asleep: what comes just then must not be slept
  /// through.
  @Test
  void aMessageThatComesAsTheThreadFallsAsleepIsNotSleptThrough() throws Exception {
    AtomicLong due = new AtomicLong(System.nanoTime() + LONG_NANOS);
    AtomicInteger done = new AtomicInteger();
    AtomicInteger posted = new AtomicInteger();
    List<Owner<Long>> itself = new ArrayList<>();
    LongSupplier clock =
        () -> {
          int times = done.get();
          if (times > posted.getAndSet(times)) {
            postFromElsewhere(itself.getFirst());
          }
          return System.nanoTime();
        };
    Owner<Long> owner = owner(10, due::set, () -> doDue(due, done), clock);
    itself.add(owner);
    owner.start();
    owner.post(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1));
    Await.until("each to have the next one come", () -> done.get() >= 300);
  }

  private static void postFromElsewhere(Owner<Long> owner) {
    try {
      Thread.ofPlatform()
          .start(() -> owner.post(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1)))
          .join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
