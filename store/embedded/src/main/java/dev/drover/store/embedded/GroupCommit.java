package dev.drover.store.embedded;

import dev.drover.store.Durability;
import dev.drover.store.StoreException;
import dev.drover.store.map.Decision;
import dev.drover.store.map.MapStore.Request;
import dev.drover.store.map.Mutation;
import dev.drover.store.map.StoreMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Brings concurrent requests together, so that they share one sync. Whoever finds nobody
/// committing commits for all who wait: a lone writer hands nothing to another thread.
final class GroupCommit {
  private static final int WAITING_MAX = 10_000;
  private static final int BATCH_MAX = 48;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Waiter<?>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final Committer committer;

  /// What is done for a batch, by one thread at a time.
  @FunctionalInterface
  interface Committer {
    /// Decides, and settles, every one of the requests.
    void commit(List<Waiter<?>> batch);
  }

  GroupCommit(Committer committer) {
    this.committer = committer;
  }

  /// A request and, once settled, its answer or failure.
  static final class Waiter<R> {
    private final Request<R> request;
    private final Durability durability;
    private final Thread thread = Thread.currentThread();
    private @Nullable Decision<R> decision;
    private @Nullable Throwable failure;
    private volatile boolean settled;

    Waiter(Request<R> request, Durability durability) {
      this.request = request;
      this.durability = durability;
    }

    Durability durability() {
      return durability;
    }

    /// Decides on the working state.
    ///
    /// @return the mutation, if there is one
    @Nullable Mutation decide(StoreMap working) {
      try {
        decision = request.decide(working);
        return decision.mutation();
      } catch (StoreException | RuntimeException e) {
        failure = e;
        return null;
      }
    }

    void fail(StoreException why) {
      failure = why;
    }

    void settle() {
      settled = true;
      if (!thread.equals(Thread.currentThread())) {
        LockSupport.unpark(thread);
      }
    }

    private R answer() throws StoreException {
      switch (failure) {
        case null -> {}
        case StoreException e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw new AssertionError(e);
      }
      if (decision == null) {
        throw new AssertionError("settled without a decision");
      }
      return decision.answer();
    }
  }

  <R> R commit(Request<R> request, Durability durability) throws StoreException {
    var waiter = new Waiter<>(request, durability);
    if (waitingCount.incrementAndGet() > WAITING_MAX) {
      waitingCount.decrementAndGet();
      throw new StoreException.Unavailable(
          "%d writes wait for the disk already".formatted(WAITING_MAX), null);
    }
    waiting.add(waiter);
    boolean interrupted = false;
    while (!waiter.settled) {
      if (lock.tryLock()) {
        try {
          commitWaiting();
        } finally {
          lock.unlock();
        }
        wakeNext();
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return waiter.answer();
  }

  boolean isIdle() {
    return !lock.isLocked() && waiting.isEmpty();
  }

  /// Runs something while nobody commits.
  void exclusively(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
    wakeNext();
  }

  private void commitWaiting() {
    var batch = new ArrayList<Waiter<?>>();
    while (batch.size() < BATCH_MAX) {
      Waiter<?> next = waiting.poll();
      if (next == null) {
        break;
      }
      waitingCount.decrementAndGet();
      batch.add(next);
    }
    if (!batch.isEmpty()) {
      committer.commit(batch);
    }
  }

  /// Without this, one who came while the lock was held would sleep on.
  private void wakeNext() {
    Waiter<?> next = waiting.peek();
    if (next != null) {
      LockSupport.unpark(next.thread);
    }
  }
}
