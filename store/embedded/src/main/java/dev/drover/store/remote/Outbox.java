package dev.drover.store.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The way out of a connection: a queue bounded by bytes, and whoever finds nobody writing writes
/// for all, and flushes. So a lone frame is handed to no other thread.
///
/// A peer that does not read fills the queue; then the connection is failed rather than memory.
final class Outbox {
  /// Less than a socket takes in before its peer reads.
  private static final long CLEAR_BYTES_MAX = 16L << 10;

  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final ReentrantLock writing = new ReentrantLock();
  private final OutputStream out;
  private final long queueBytesMax;
  private final Consumer<IOException> onFailure;
  private final Thread helper;
  private final LongSupplier nanoClock;
  private final AtomicLong unheardBytes = new AtomicLong();
  private volatile long writeStartedNanos;
  private volatile boolean closed;

  private record Item(Frame frame, BeforeWrite beforeWrite) {}

  /// Asked right before a frame is written.
  @FunctionalInterface
  interface BeforeWrite {
    boolean proceed();
  }

  /// @param out is flushed by the outbox
  /// @param onFailure told that the connection has failed, perhaps more than once
  Outbox(
      OutputStream out,
      long queueBytesMax,
      LongSupplier nanoClock,
      Consumer<IOException> onFailure) {
    this.out = out;
    this.queueBytesMax = queueBytesMax;
    this.onFailure = onFailure;
    this.nanoClock = nanoClock;
    helper = Thread.ofVirtual().name("outbox").start(this::help);
  }

  /// The peer has sent something.
  void heard() {
    unheardBytes.set(0);
  }

  /// Whether a small frame is surely taken at once: nobody is writing, and the socket has room even
  /// if the peer has been stopped since it was heard last.
  boolean isClear() {
    return queue.isEmpty() && !writing.isLocked() && unheardBytes.get() < CLEAR_BYTES_MAX;
  }

  /// Sends a frame, writing it, and those of others, if nobody else does. May block on the socket.
  void send(Frame frame) {
    send(frame, () -> true);
  }

  void send(Frame frame, BeforeWrite beforeWrite) {
    if (enqueue(frame, beforeWrite)) {
      drain();
    }
  }

  /// Sends a frame from a thread that must not block.
  void offer(Frame frame, BeforeWrite beforeWrite) {
    if (enqueue(frame, beforeWrite)) {
      LockSupport.unpark(helper);
    }
  }

  /// Sends a part of something large, once there is room for it.
  void sendWhenRoom(Frame frame) {
    while (queuedBytes.get() > queueBytesMax / 2 && !closed) {
      // Held by the one who writes what is queued.
      writing.lock();
      try {
        writeQueued();
      } catch (IOException e) {
        onFailure.accept(e);
        return;
      } finally {
        writing.unlock();
      }
    }
    send(frame);
  }

  /// How long the peer has let the write under way wait; 0 if there is none.
  long stalledNanos() {
    return writing.isLocked() ? nanoClock.getAsLong() - writeStartedNanos : 0;
  }

  void close() {
    closed = true;
    queue.clear();
    LockSupport.unpark(helper);
  }

  private boolean enqueue(Frame frame, BeforeWrite beforeWrite) {
    if (closed) {
      return false;
    }
    unheardBytes.addAndGet(frame.sizeBytes());
    long bytes = queuedBytes.addAndGet(frame.sizeBytes());
    if (bytes > queueBytesMax) {
      onFailure.accept(new IOException("the peer does not read: " + bytes + " bytes wait for it"));
      return false;
    }
    queue.add(new Item(frame, beforeWrite));
    return true;
  }

  private void drain() {
    while (!queue.isEmpty() && !closed && writing.tryLock()) {
      try {
        writeStartedNanos = nanoClock.getAsLong();
        writeQueued();
      } catch (IOException e) {
        onFailure.accept(e);
        return;
      } finally {
        writing.unlock();
      }
    }
  }

  private void writeQueued() throws IOException {
    boolean written = false;
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      if (item.beforeWrite().proceed()) {
        out.write(item.frame().encode());
        written = true;
      }
      queuedBytes.addAndGet(-item.frame().sizeBytes());
    }
    if (written) {
      out.flush();
    }
  }

  private void help() {
    while (!closed) {
      // One who is writing now looks into the queue again after that.
      drain();
      LockSupport.park(this);
    }
  }
}
