package dev.drover.gateway;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The one place where a machine's state is touched: takes messages in order, one at a time.
/// Whoever posts one works it off with all that is queued, so that a change of routes does not wait
/// for another thread to wake up; a thread of its own does what is due by time, and what comes from
/// threads that have other things to do.
final class Owner<M> implements AutoCloseable {
  private static final long SLEEP_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  private final BlockingQueue<M> mailbox;
  private final Consumer<M> take;
  private final LongSupplier wake;
  private final Consumer<Throwable> broken;
  private final LongSupplier nanoClock;
  private final ReentrantLock turn = new ReentrantLock();
  private final Thread thread;
  private volatile long nextNanos;
  private volatile long sleepsUntilNanos;
  private volatile boolean closed;

  /// @param take works one message off; neither blocks nor calls the store
  /// @param wake does what is due by now, and says when it wants to be called next, by `nanoClock`
  /// @param broken told of a bug in either, an error among them: the machine may be between two
  ///   states then, so nothing more is taken
  Owner(
      int mailboxMax,
      Consumer<M> take,
      LongSupplier wake,
      Consumer<Throwable> broken,
      LongSupplier nanoClock) {
    this.broken = broken;
    this.mailbox = new LinkedBlockingQueue<>(mailboxMax);
    this.take = take;
    this.wake = wake;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
    this.sleepsUntilNanos = nextNanos;
    // Of the platform: a hold waits for how soon it wakes up.
    this.thread = Thread.ofPlatform().daemon().name("gateway-agent").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Posts a message, and works off what is queued unless another thread does. After the end it
  /// goes nowhere.
  void post(M message) {
    if (turn.isHeldByCurrentThread()) {
      postLater(message);
      return;
    }
    put(message);
    workOff();
    if (nextNanos - sleepsUntilNanos < 0) {
      LockSupport.unpark(thread);
    }
  }

  /// Waits for room, also on a thread that is interrupted: that is said to the thread, and what it
  /// brings is a change that nobody would bring again.
  private void put(M message) {
    if (closed || mailbox.offer(message)) {
      return;
    }
    boolean interrupted = false;
    boolean done = false;
    while (!done && !closed) {
      try {
        done = mailbox.offer(message, SLEEP_NANOS_MAX, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Posts a message from a thread that can neither work it off nor wait for room.
  void postLater(M message) {
    if (closed) {
      return;
    }
    if (!mailbox.offer(message)) {
      Thread.ofVirtual().name("post").start(() -> post(message));
    } else if (!turn.isHeldByCurrentThread()) {
      LockSupport.unpark(thread);
    }
  }

  /// One who posts while this runs leaves the message to it: the mailbox is looked into again after
  /// the turn was given up.
  private void workOff() {
    while (!mailbox.isEmpty() && tryTurn()) {}
  }

  /// Takes what is queued, and does what is due by now.
  ///
  /// @return false if another thread does so, or nothing is done any more
  private boolean tryTurn() {
    if (closed || !turn.tryLock()) {
      return false;
    }
    try {
      for (M message = mailbox.poll(); message != null; message = mailbox.poll()) {
        take.accept(message);
      }
      nextNanos = wake.getAsLong();
      return true;
    } catch (RuntimeException | Error e) {
      closed = true;
      broken.accept(e);
      return false;
    } finally {
      turn.unlock();
    }
  }

  private void run() {
    while (!closed) {
      tryTurn();
      workOff();
      long dueNanos = nextNanos;
      long nowNanos = nanoClock.getAsLong();
      long waitNanos = Math.min(dueNanos - nowNanos, SLEEP_NANOS_MAX);
      sleepsUntilNanos = nowNanos + waitNanos;
      // One who has something due sooner either sees until when this sleeps, or is seen here.
      if (waitNanos > 0 && nextNanos - sleepsUntilNanos >= 0) {
        LockSupport.parkNanos(this, waitNanos);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
