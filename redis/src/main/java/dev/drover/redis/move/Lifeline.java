package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A session's connections to both homes: made when they are needed, given up at any failure, and
/// made anew, with the fence and capture as they were.
final class Lifeline {
  private static final int FAILURES_MAX = 20;
  private static final long FIRST_WAIT_MILLIS = 20;
  private static final int WAIT_DOUBLINGS_MAX = 6;
  private static final long WAIT_MILLIS_MAX = 1_000;

  private final Connect connect;
  private final RedisHome from;
  private final RedisHome to;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private final Progress progress;
  private final Runnable dropped;
  private volatile @Nullable Wiring wiring;
  private volatile boolean closed;
  private boolean fenceRaised;
  private boolean capturing;

  /// Something that is done with both homes.
  interface Step<T> {
    T run(Wiring wiring) throws IOException, MoverException, InterruptedException;
  }

  /// Connects to both homes.
  interface Connect {
    Wiring get() throws IOException, MoverException;
  }

  /// @param dropped told when connections are given up
  Lifeline(
      Connect connect,
      RedisHome from,
      RedisHome to,
      RedisMoverOptions options,
      LongSupplier nanoClock,
      Progress progress,
      Runnable dropped) {
    this.connect = connect;
    this.from = from;
    this.to = to;
    this.options = options;
    this.nanoClock = nanoClock;
    this.progress = progress;
    this.dropped = dropped;
  }

  /// Raises the fence, now and whenever it connects again.
  void raiseFence() throws MoverException, InterruptedException {
    attempt(
        w -> {
          w.raiseFence();
          fenceRaised = true;
          return true;
        });
  }

  /// From now on capture begins with each new connection; the fence is raised before it.
  void capture() throws MoverException, InterruptedException {
    if (!fenceRaised) {
      raiseFence();
    }
    capturing = true;
  }

  /// The connections, if they stand.
  @Nullable Wiring current() {
    Wiring w = wiring;
    return w == null || w.closed() ? null : w;
  }

  /// Does a step on live connections; when they break, connects again and does it anew.
  <T> T attempt(Step<T> step) throws MoverException, InterruptedException {
    long deadline = Long.MIN_VALUE;
    for (int failures = 0; ; failures++) {
      Wiring w = null;
      try {
        w = wired();
        deadline = Long.MIN_VALUE;
        return step.run(w);
      } catch (IOException e) {
        checkInterrupt(w, e);
        lose(w, reason(e));
        if (e instanceof RespFailure f && !f.passes()) {
          throw Failures.refused(home(f.endpoint()), f.words(), f);
        }
        long now = nanoClock.getAsLong();
        deadline =
            deadline == Long.MIN_VALUE
                ? now + options.timeouts().reconnectFor().toNanos()
                : deadline;
        if (now - deadline >= 0 || (failures >= FAILURES_MAX && w != null) || closed) {
          throw new MoverException.Unreachable(
              "from " + from + " to " + to + ": " + e.getMessage(), e);
        }
        progress.tell("reconnect", 0, -1, 0, waits(e, deadline - now));
        long wait = FIRST_WAIT_MILLIS << Math.min(failures, WAIT_DOUBLINGS_MAX);
        TimeUnit.MILLISECONDS.sleep(Math.min(WAIT_MILLIS_MAX, wait));
      } catch (MoverException | InterruptedException | RuntimeException e) {
        // Answers may still be outstanding on its connections.
        drop(w);
        throw e;
      }
    }
  }

  /// Does a step once, on connections that stand; when they break, gives them up.
  ///
  /// @param broken what came of it then
  <T> T once(Wiring w, Step<T> step, Function<IOException, T> broken)
      throws MoverException, InterruptedException {
    try {
      return step.run(w);
    } catch (IOException e) {
      checkInterrupt(w, e);
      lose(w, reason(e));
      return broken.apply(e);
    } catch (MoverException | InterruptedException | RuntimeException e) {
      // Answers may still be outstanding on its connections.
      drop(w);
      throw e;
    }
  }

  private String waits(IOException e, long leftNanos) {
    return "%s and %s to answer both (%s): they are tried for %d s more, then the move ends"
        .formatted(from, to, e.getMessage(), TimeUnit.NANOSECONDS.toSeconds(leftNanos));
  }

  private static String reason(IOException e) {
    return e instanceof RespFailure f ? f.words() : String.valueOf(e.getMessage());
  }

  /// Tells an interrupt of this thread from a failure of the connections.
  private void checkInterrupt(@Nullable Wiring w, IOException failure) throws InterruptedException {
    if (Thread.interrupted() || failure instanceof ClosedByInterruptException) {
      Thread.interrupted();
      drop(w);
      throw new InterruptedException("interrupted while waiting for a home");
    }
  }

  private RedisHome home(String endpoint) {
    return endpoint.equals(to.host() + ":" + to.port()) ? to : from;
  }

  private Wiring wired() throws IOException, MoverException {
    Wiring standing = current();
    if (standing != null) {
      return standing;
    }
    if (closed) {
      throw new MoverException.Unreachable("the session is closed", null);
    }
    Wiring w = connect.get();
    boolean whole = false;
    try {
      if (fenceRaised) {
        w.raiseFence();
      }
      if (capturing) {
        w.capture();
      }
      wiring = w;
      whole = true;
      return w;
    } finally {
      if (!whole) {
        w.close();
      }
    }
  }

  /// Says that capture ends here, and gives up the connections.
  private void lose(@Nullable Wiring w, String reason) {
    if (capturing && w != null) {
      progress.captureLost(reason);
    }
    drop(w);
  }

  private void drop(@Nullable Wiring w) {
    if (w != null) {
      w.close();
    }
    dropped.run();
  }

  void close() {
    closed = true;
    Wiring w = wiring;
    if (w != null) {
      w.close();
    }
  }
}
