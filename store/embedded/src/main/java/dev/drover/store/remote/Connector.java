package dev.drover.store.remote;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.remote.Frame.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one [Link] to the server, and carries calls and watches over its ends.
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  private final RemoteStore.Options options;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, RemoteWatch> watches = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile @Nullable Link link;
  private volatile Guarantees guarantees =
      new Guarantees("remote", false, false, Duration.ZERO, "not connected yet");

  /// Why there is no link.
  private volatile StoreException why =
      new StoreException.Unavailable("not connected to the store yet", null);

  private volatile boolean closed;

  /// What may be done once a request was sent and no answer came.
  enum Repeat {
    READ,
    IDEMPOTENT,
    NEVER
  }

  static Connector start(RemoteStore.Options options) {
    var connector = new Connector(options);
    // A thread of the platform answers faster than one that waits for a poller, and there is one.
    Thread.ofPlatform().daemon().name("store client").start(connector::run);
    return connector;
  }

  private Connector(RemoteStore.Options options) {
    this.options = options;
  }

  Guarantees guarantees() {
    return guarantees;
  }

  List<Frame> call(Kind kind, Frame.Body body, Repeat repeat) throws StoreException {
    long deadline = options.nanoClock().getAsLong() + options.calls().timeout().toNanos();
    boolean sent = false;
    while (true) {
      Link current = awaitLink(deadline);
      if (current == null) {
        throw noAnswer(kind, sent && repeat != Repeat.READ, why);
      }
      var call = new Call(Frame.of(kind, ids.incrementAndGet(), body));
      current.send(call);
      try {
        return answer(call, deadline);
      } catch (ExecutionException e) {
        sent |= !call.withdraw();
        Throwable cause = e.getCause();
        if (cause instanceof StoreException failure) {
          throw failure;
        } else if (sent && repeat == Repeat.NEVER) {
          throw noAnswer(kind, true, cause == null ? e : cause);
        }
        dropped(current);
      } catch (TimeoutException e) {
        sent |= !call.withdraw();
        throw noAnswer(kind, sent && repeat != Repeat.READ, e);
      } catch (InterruptedException e) {
        sent |= !call.withdraw();
        Thread.currentThread().interrupt();
        throw noAnswer(kind, sent && repeat != Repeat.READ, e);
      } finally {
        current.forget(call);
      }
    }
  }

  /// Waits until the deadline or, if parts of the answer come, until none has come for as long as a
  /// call may take: how long a listing takes depends on how much there is.
  private List<Frame> answer(Call call, long deadline)
      throws ExecutionException, TimeoutException, InterruptedException {
    long until = deadline;
    int seen = 0;
    while (true) {
      long leftNanos = Math.max(1, until - options.nanoClock().getAsLong());
      try {
        return call.answer().get(leftNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        int come = call.partsCome();
        if (come == seen) {
          throw e;
        }
        seen = come;
        until = options.nanoClock().getAsLong() + options.calls().timeout().toNanos();
      }
    }
  }

  /// How a call has ended.
  interface Outcome {
    void answered(List<Frame> frames);

    void failed(StoreException why);
  }

  /// Begins a read; neither blocks nor repeats. The outcome comes from the connection's reader.
  void readAsync(Kind kind, Frame.Body body, Outcome outcome) {
    begin(kind, body, Link::offer, false, outcome);
  }

  /// Begins a write, and does not repeat it. The outcome comes from the connection's reader.
  void putAsync(Kind kind, Frame.Body body, Outcome outcome) {
    begin(kind, body, Link::send, true, outcome);
  }

  private void begin(
      Kind kind, Frame.Body body, BiConsumer<Link, Call> send, boolean changes, Outcome outcome) {
    Link current = link;
    if (current == null) {
      outcome.failed(noAnswer(kind, false, why));
      return;
    }
    var call = new Call(Frame.of(kind, ids.incrementAndGet(), body));
    send.accept(current, call);
    CompletableFuture<List<Frame>> _ =
        call.answer()
            .orTimeout(options.calls().timeout().toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete(
                (frames, failure) -> {
                  current.forget(call);
                  boolean mayBeDone = changes && !call.withdraw();
                  switch (failure) {
                    case null -> outcome.answered(frames);
                    case StoreException e -> outcome.failed(e);
                    case Throwable e -> outcome.failed(noAnswer(kind, mayBeDone, e));
                  }
                });
  }

  Watch watch(String prefix, long afterRevision, WatchListener listener) throws StoreException {
    var watch =
        new RemoteWatch(ids.incrementAndGet(), prefix, afterRevision, listener, this::ended);
    lock.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("this client is closed", null);
      }
      watches.put(watch.id(), watch);
      Link current = link;
      if (current != null) {
        current.offer(watch.request());
      }
    } finally {
      lock.unlock();
    }
    return watch.start();
  }

  void close() {
    var closing = new StoreException.Unavailable("this client is closed", null);
    lock.lock();
    try {
      closed = true;
      why = closing;
      changed.signalAll();
      Link current = link;
      link = null;
      if (current != null) {
        current.fail(new IOException("this client is closed"));
      }
    } finally {
      lock.unlock();
    }
    List.copyOf(watches.values()).forEach(watch -> watch.lose(closing));
  }

  private StoreException noAnswer(Kind kind, boolean mayBeDone, Throwable cause) {
    String what =
        "%s at %s:%d: %s"
            .formatted(
                kind,
                options.host(),
                options.port(),
                cause instanceof TimeoutException
                    ? "no answer within " + options.calls().timeout()
                    : cause.getMessage());
    if (mayBeDone) {
      return new StoreException.OutcomeUnknown(what, cause);
    }
    return cause instanceof StoreException.Refused
        ? new StoreException.Refused(what, cause)
        : new StoreException.Unavailable(what, cause);
  }

  private void ended(RemoteWatch watch) {
    lock.lock();
    try {
      Link current = link;
      if (watches.remove(watch.id()) != null && current != null) {
        current.offer(Frame.empty(Kind.UNWATCH, watch.id()));
      }
    } finally {
      lock.unlock();
    }
  }

  /// @return null if none came in time, or the server refuses this client
  private @Nullable Link awaitLink(long deadlineNanos) {
    Link current = link;
    if (current != null) {
      return current;
    }
    lock.lock();
    try {
      while (link == null && !closed && !(why instanceof StoreException.Refused)) {
        long leftNanos = deadlineNanos - options.nanoClock().getAsLong();
        if (leftNanos <= 0) {
          return null;
        }
        long _ = changed.awaitNanos(leftNanos);
      }
      return link;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long backoffNanos = options.backoff().min().toNanos();
    while (!closed) {
      try {
        Link next = Link.connect(options, ids);
        backoffNanos = options.backoff().min().toNanos();
        serve(next);
      } catch (IOException e) {
        LOG.debug("Cannot reach the store at {}:{}", options.host(), options.port(), e);
        down(new StoreException.Unavailable("cannot reach the store: " + e.getMessage(), e));
      } catch (StoreException e) {
        LOG.error("The store at {}:{}: {}", options.host(), options.port(), e.getMessage());
        down(e);
      }
      sleep(backoffNanos);
      backoffNanos = Math.min(2 * backoffNanos, options.backoff().max().toNanos());
    }
  }

  private void serve(Link next) {
    lock.lock();
    try {
      if (closed) {
        next.fail(new IOException("this client is closed"));
      } else {
        guarantees = next.guarantees();
        link = next;
        watches.values().forEach(watch -> next.offer(watch.request()));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    next.run(this::pushed);
    dropped(next);
    watches.values().forEach(RemoteWatch::disconnected);
  }

  private void pushed(Frame frame) throws IOException {
    RemoteWatch watch = watches.get(frame.id());
    if (watch == null) {
      return;
    }
    if (frame.kind() == Kind.EVENTS) {
      watch.receive(Wire.in(frame));
    } else {
      watch.lose(Wire.readException(Wire.in(frame)));
    }
  }

  /// Takes a link out of use that has failed a call or ended.
  private void dropped(Link ended) {
    lock.lock();
    try {
      if (link == ended) {
        link = null;
        why = new StoreException.Unavailable("the connection to the store has ended", null);
      }
    } finally {
      lock.unlock();
    }
  }

  private void down(StoreException reason) {
    lock.lock();
    try {
      if (!closed) {
        why = reason;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void sleep(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody has this thread to interrupt it", e);
    } finally {
      lock.unlock();
    }
  }
}
