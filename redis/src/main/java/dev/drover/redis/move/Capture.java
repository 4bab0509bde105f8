package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Change capture: a RESP3 connection on which the source reports every key that changes under the
/// scope's prefix, whoever changes it, and a thread that gathers them in a bounded set.
///
/// Reports come in the order of the changes: once the whole message that holds a sentinel has been
/// processed, every change before the sentinel is in the set. The connection never writes, never
/// reconnects and never reads slowly: the server would buffer without bound. Capture is lost for
/// good with the connection, and until [#restart] with a full set or a flush of the server.
final class Capture implements AutoCloseable {
  private final RespConnection connection;
  private final Scope scope;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private final Thread thread;

  // All below is guarded by this.
  private KeySet dirty;
  private byte[] awaited = {};
  private boolean arrived;
  private @Nullable String lost;
  private boolean broken;
  private boolean closed;

  private Capture(
      RespConnection connection, Scope scope, RedisMoverOptions options, LongSupplier nanoClock) {
    this.connection = connection;
    this.scope = scope;
    this.options = options;
    this.nanoClock = nanoClock;
    this.dirty = options.dirty().newSet();
    this.thread = Thread.ofPlatform().daemon().name("drover-capture").unstarted(this::read);
  }

  /// Starts capturing; everything that changes after this returns is captured.
  static Capture start(
      RedisHome home, Scope scope, RedisMoverOptions options, LongSupplier nanoClock)
      throws IOException {
    RespConnection connection = Homes.connect(home, options);
    try {
      // Authenticated already, and HELLO without AUTH keeps that.
      connection.call("HELLO", "3");
      connection.begin(8).arg("CLIENT").arg("TRACKING").arg("ON").arg("BCAST");
      connection.arg("PREFIX").arg(scope.prefix());
      connection.arg("PREFIX").arg(scope.sentinelPrefix()).flush();
      Reply reply = connection.read();
      while (reply instanceof Reply.Push) {
        reply = connection.read();
      }
      if (reply instanceof Reply.Failure f) {
        throw new RespFailure(connection.endpoint().toString(), f.message());
      }
      connection.readMillisMax(0);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
    Capture capture = new Capture(connection, scope, options, nanoClock);
    capture.thread.start();
    return capture;
  }

  private void read() {
    try {
      while (true) {
        Reply reply = connection.read();
        if (!(reply instanceof Reply.Push push) || push.elements().size() < 2) {
          throw new IOException("an answer that is no report: " + reply);
        }
        if (push.elements().get(0).text().equals("invalidate")) {
          note(push.elements().get(1));
        }
      }
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        broken = true;
        lost = "the capture connection is gone: " + e.getMessage();
        notifyAll();
      }
    }
  }

  private void note(Reply keys) throws IOException {
    List<Reply> names = keys.isNil() ? List.of() : keys.items();
    synchronized (this) {
      if (keys.isNil()) {
        lose("the source was flushed");
      }
      for (Reply name : names) {
        byte[] key = name.bytes();
        if (scope.holds(key)) {
          if (!dirty.add(key)) {
            lose("more keys changed than may be remembered (" + dirty.size() + ")");
          }
        } else if (scope.isSentinel(key)) {
          arrived |= Arrays.equals(key, awaited);
        }
      }
      notifyAll();
    }
  }

  private synchronized void lose(String reason) {
    if (lost == null) {
      lost = reason;
    }
  }

  /// Why something may have been missed; null if nothing was.
  synchronized @Nullable String lost() {
    return lost;
  }

  /// Whether only a new connection can help.
  synchronized boolean broken() {
    return broken;
  }

  /// Forgets everything and captures from now on. A comparing copy must follow.
  synchronized void restart() {
    dirty = options.dirty().newSet();
    if (!broken) {
      lost = null;
    }
  }

  /// Takes the changed keys out; whoever has them must bring them over, or hand them back by
  /// [#giveBack].
  synchronized KeySet take() {
    KeySet taken = dirty;
    dirty = options.dirty().newSet();
    return taken;
  }

  synchronized void giveBack(KeySet taken) {
    if (!dirty.addAll(taken)) {
      lose("more keys changed than may be remembered (" + dirty.size() + ")");
    }
  }

  /// Whether no change has been reported since the last one was taken out.
  synchronized boolean isClean() {
    return dirty.isEmpty();
  }

  synchronized boolean isDirty(byte[] key) {
    return dirty.contains(key);
  }

  /// How many changed keys wait.
  synchronized long pending() {
    return dirty.size();
  }

  synchronized List<byte[]> peek(int count) {
    return dirty.page(0, count);
  }

  /// Has to be told before the sentinel is written.
  synchronized void expect(byte[] sentinel) {
    awaited = sentinel;
    arrived = false;
  }

  /// Waits until the expected sentinel has been reported.
  ///
  /// @return whether it was, within the time
  synchronized boolean await(long nanosMax) throws InterruptedException {
    long deadline = nanoClock.getAsLong() + nanosMax;
    while (!arrived && !broken && !closed) {
      long left = deadline - nanoClock.getAsLong();
      if (left <= 0) {
        lose("the source did not report a sentinel in time");
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    return !broken && !closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    connection.close();
  }
}
