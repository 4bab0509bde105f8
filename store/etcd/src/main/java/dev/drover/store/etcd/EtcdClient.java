package dev.drover.store.etcd;

import com.google.protobuf.ByteString;
import dev.drover.store.StoreException;
import dev.drover.store.etcd.Member.Failed;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls an etcd: one member after the other, within the time that a call may take.
///
/// | a call fails | a read | idempotent | any other write |
/// |---|---|---|---|
/// | nothing was done | asked again, else Unavailable | the same | the same |
/// | it may have been done | asked again, else Unavailable | asked again, else OutcomeUnknown | OutcomeUnknown |
/// | it was refused | Refused | Refused | Refused |
final class EtcdClient implements AutoCloseable {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final long PAUSE_MILLIS_MIN = 10;
  private static final long PAUSE_MILLIS_MAX = 200;

  private final EtcdOptions options;
  private final Members members;
  private final Semaphore outstanding;
  private volatile @Nullable String token;
  private volatile boolean closed;

  /// What may be asked again if it may have been done.
  enum Repeat {
    READ,
    IDEMPOTENT,
    NEVER
  }

  EtcdClient(EtcdOptions options) {
    this.options = options;
    this.members = new Members(options);
    this.outstanding = new Semaphore(options.calls().outstandingMax());
  }

  EtcdOptions options() {
    return options;
  }

  Members members() {
    return members;
  }

  boolean closed() {
    return closed;
  }

  /// Asks, and waits for the answer.
  <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Repeat repeat) throws StoreException {
    long endNanos = options.nanoClock().getAsLong() + options.calls().timeout().toNanos();
    long pauseMillis = PAUSE_MILLIS_MIN;
    while (true) {
      checkOpen();
      Member member = members.current();
      long leftNanos = endNanos - options.nanoClock().getAsLong();
      try {
        Metadata headers = headers(member, Duration.ofNanos(leftNanos));
        return awaited(member, method, request, limit(leftNanos, repeat), headers, repeat);
      } catch (Failed failure) {
        Fate fate = Fate.of(failure);
        react(fate, member);
        boolean again =
            switch (fate) {
              case NOT_DONE, STALE_LOGIN -> true;
              case REFUSED, HISTORY_GONE -> false;
              case UNKNOWN -> repeat != Repeat.NEVER;
            };
        leftNanos = endNanos - options.nanoClock().getAsLong();
        if (!again || leftNanos <= TimeUnit.MILLISECONDS.toNanos(pauseMillis)) {
          throw fate.exception(failure, member, repeat != Repeat.READ);
        }
        pause(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
      }
    }
  }

  private Duration limit(long leftNanos, Repeat repeat) {
    Duration left = Duration.ofNanos(Math.max(leftNanos, 1));
    return repeat == Repeat.NEVER ? left : attempt(left);
  }

  private Duration attempt(Duration left) {
    Duration longest = options.calls().attemptTimeout();
    return left.compareTo(longest) < 0 ? left : longest;
  }

  /// Asks once and does not wait: the future fails with a [StoreException].
  <Q, A> CompletableFuture<A> callAsync(MethodDescriptor<Q, A> method, Q request) {
    CompletableFuture<A> result = new CompletableFuture<>();
    Member member = members.current();
    if (closed || !outstanding.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new StoreException.Unavailable(
              closed ? "this store is closed" : "too many calls are under way", null));
    }
    CompletableFuture<A> _ =
        member
            .ask(method, request, options.calls().timeout(), known(token))
            .whenComplete(
                (answer, failure) -> {
                  outstanding.release();
                  if (failure == null) {
                    result.complete(answer);
                  } else {
                    result.completeExceptionally(outcome(failure, member));
                  }
                });
    return result;
  }

  private StoreException outcome(Throwable failure, Member member) {
    if (!(failure instanceof Failed failed)) {
      throw new IllegalStateException("a call ended with neither an answer nor a status", failure);
    }
    Fate fate = Fate.of(failed);
    react(fate, member);
    return fate.exception(failed, member, true);
  }

  /// Whether [#callAsync] can be used now: it needs a token if there is a login.
  boolean ready() {
    return options.login().isEmpty() || token != null;
  }

  /// The headers of a call: who is calling. Logs in if need be.
  Metadata headers(Member member, Duration limit) throws Failed, StoreException {
    String known = token;
    if (known == null && options.login().isPresent()) {
      EtcdOptions.Login login = options.login().get();
      AuthenticateRequest request =
          AuthenticateRequest.newBuilder()
              .setNameBytes(ByteString.copyFromUtf8(login.user()))
              .setPasswordBytes(ByteString.copyFromUtf8(login.password()))
              .build();
      known =
          awaited(
                  member,
                  AuthGrpc.getAuthenticateMethod(),
                  request,
                  attempt(limit),
                  new Metadata(),
                  Repeat.READ)
              .getToken();
      token = known;
    }
    return known(known);
  }

  private static Metadata known(@Nullable String token) {
    Metadata headers = new Metadata();
    if (token != null) {
      headers.put(TOKEN, token);
    }
    return headers;
  }

  /// Draws the conclusions of a failure for the calls that follow.
  void react(Fate fate, Member member) {
    switch (fate) {
      case STALE_LOGIN -> token = null;
      case NOT_DONE, UNKNOWN -> {
        members.leave(member);
        member.hurry();
      }
      case REFUSED, HISTORY_GONE -> {}
    }
  }

  private <Q, A> A awaited(
      Member member,
      MethodDescriptor<Q, A> method,
      Q request,
      Duration limit,
      Metadata headers,
      Repeat repeat)
      throws Failed, StoreException {
    if (!outstanding.tryAcquire()) {
      throw new StoreException.Unavailable("too many calls are under way", null);
    }
    try {
      return member.ask(method, request, limit, headers).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failed failed) {
        throw failed;
      }
      throw new IllegalStateException("a call ended with neither an answer nor a status", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(repeat, e);
    } finally {
      outstanding.release();
    }
  }

  private static StoreException interrupted(Repeat repeat, InterruptedException e) {
    return repeat == Repeat.READ
        ? new StoreException.Unavailable("interrupted while etcd was asked", e)
        : new StoreException.OutcomeUnknown("interrupted while etcd was asked", e);
  }

  private static void pause(long millis) throws StoreException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(Repeat.READ, e);
    }
  }

  private void checkOpen() throws StoreException {
    if (closed) {
      throw new StoreException.Unavailable("this store is closed", null);
    }
  }

  @Override
  public void close() {
    closed = true;
    members.close();
  }
}
