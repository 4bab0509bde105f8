package dev.drover.store.redis;

import dev.drover.store.StoreException;
import dev.drover.store.redis.Scripted.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls the script on a link, within the time that a call may take.
///
/// | a call fails | a read | idempotent | any other write |
/// |---|---|---|---|
/// | nothing was done | asked again, else Unavailable | the same | the same |
/// | it may have been done | asked again, else Unavailable | asked again, else OutcomeUnknown | OutcomeUnknown |
/// | it was refused, or data is lost | told | told | told |
final class Caller {
  private static final long PAUSE_MILLIS_MIN = 10;
  private static final long PAUSE_MILLIS_MAX = 200;

  private final RedisStoreOptions options;
  private final Link link;
  private final Scripted script;
  private final Semaphore outstanding;

  /// What may be asked again if it may have been done.
  enum Repeat {
    READ,
    IDEMPOTENT,
    NEVER
  }

  Caller(RedisStoreOptions options, Link link, Scripted script) {
    this.options = options;
    this.link = link;
    this.script = script;
    this.outstanding = new Semaphore(options.calls().outstandingMax());
  }

  Answer call(Repeat repeat, String operation, byte[]... arguments) throws StoreException {
    long endNanos = options.nanoClock().getAsLong() + options.calls().timeout().toNanos();
    long pauseMillis = PAUSE_MILLIS_MIN;
    while (true) {
      StoreException failure;
      try {
        return once(repeat, endNanos, operation, arguments);
      } catch (StoreException.Unavailable e) {
        failure = e;
      } catch (StoreException.OutcomeUnknown e) {
        if (repeat == Repeat.NEVER) {
          throw e;
        }
        failure = e;
      }
      long leftNanos = endNanos - options.nanoClock().getAsLong();
      if (link.closed()
          || Thread.currentThread().isInterrupted()
          || leftNanos <= TimeUnit.MILLISECONDS.toNanos(pauseMillis)) {
        throw failure;
      }
      pause(pauseMillis, failure);
      pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    }
  }

  private static void pause(long millis, StoreException failure) throws StoreException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private Answer once(Repeat repeat, long endNanos, String operation, byte[]... arguments)
      throws StoreException {
    checkBelieved();
    boolean write = repeat != Repeat.READ;
    Session session = link.session();
    long leftNanos = Math.max(1, endNanos - options.nanoClock().getAsLong());
    long limitNanos =
        repeat == Repeat.NEVER
            ? leftNanos
            : Math.min(leftNanos, options.calls().attemptTimeout().toNanos());
    if (!outstanding.tryAcquire()) {
      throw new StoreException.Unavailable("too many calls are under way", null);
    }
    try {
      return script.run(session, operation, arguments).get(limitNanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failed(session, e.getCause(), write);
    } catch (TimeoutException e) {
      throw failed(session, null, write);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(session, e, write);
    } finally {
      outstanding.release();
    }
  }

  /// Asks once and does not wait, if a session stands; null if none does.
  @Nullable CompletableFuture<Answer> callAsync(
      boolean write, String operation, byte[]... arguments) {
    Session session = link.standing();
    if (session == null || script.lost() != null || !outstanding.tryAcquire()) {
      return null;
    }
    CompletableFuture<Answer> result = new CompletableFuture<>();
    CompletableFuture<Answer> _ =
        script
            .run(session, operation, arguments)
            .orTimeout(options.calls().timeout().toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (answer, failure) -> {
                  outstanding.release();
                  if (failure == null) {
                    result.complete(answer);
                  } else {
                    Throwable cause =
                        failure instanceof CompletionException ? failure.getCause() : failure;
                    result.completeExceptionally(failed(session, cause, write));
                  }
                });
    return result;
  }

  private StoreException failed(Session session, @Nullable Throwable cause, boolean write) {
    StoreException failure = Failures.of(cause, write);
    switch (failure) {
      case StoreException.Corrupt corrupt -> script.lost(corrupt);
      case StoreException.Unavailable _, StoreException.OutcomeUnknown _ -> link.drop(session);
      case StoreException.Refused _, StoreException.HistoryGone _ -> {}
    }
    return failure;
  }

  private void checkBelieved() throws StoreException {
    StoreException.Corrupt lost = script.lost();
    if (lost != null) {
      throw new StoreException.Corrupt(String.valueOf(lost.getMessage()), lost);
    }
  }
}
