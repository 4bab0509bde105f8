package dev.drover.store.remote;

import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.Guarantees;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.map.Limits;
import dev.drover.store.remote.Connector.Repeat;
import dev.drover.store.remote.Frame.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A store that another process serves by a [StoreServer]. It connects by itself, and again
/// whenever the connection ends.
///
/// | the connection ends, or the time for a call is over | the caller gets |
/// |---|---|
/// | before a byte of the request went out | it is sent again within its time, else Unavailable |
/// | a read was sent | the same |
/// | a keep-alive or revoke was sent | it is sent again within its time, else OutcomeUnknown |
/// | any other write was sent | OutcomeUnknown |
/// | a watch is open | nothing: it goes on after the last revision seen |
public final class RemoteStore implements StateStore {
  private final Connector connector;

  /// @param token shown to the server, asked for at each attempt to connect; empty if it wants
  ///   none. It may throw an `IllegalArgumentException` that says why it cannot be had
  /// @param tls with which the connection is secured, null for a plain one
  public record Options(
      String host,
      int port,
      Supplier<Optional<String>> token,
      @Nullable SSLContext tls,
      Calls calls,
      Silence silence,
      Backoff backoff,
      LongSupplier nanoClock) {

    /// How long calls take at most, and how many there are.
    ///
    /// @param timeout of a call, with all attempts; of a listing as long as its parts come no
    ///   further apart
    /// @param outstandingMax requests under way at once
    /// @param queueBytesMax what may wait for the server to read it
    public record Calls(Duration timeout, int outstandingMax, long queueBytesMax) {
      static final Calls DEFAULT = new Calls(Duration.ofSeconds(2), 1_024, 16L << 20);
    }

    /// How a dead connection is found.
    ///
    /// @param pingInterval how often an idle one is tried
    /// @param peerTimeout how long a silent server is believed to be alive
    public record Silence(Duration pingInterval, Duration peerTimeout) {
      static final Silence DEFAULT = new Silence(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    /// The wait after a failed attempt to connect.
    ///
    /// @param min after a first one; it doubles with each
    public record Backoff(Duration min, Duration max) {
      static final Backoff DEFAULT = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));
    }

    public static Options defaults(String host, int port) {
      return new Options(
          host,
          port,
          Optional::empty,
          null,
          Calls.DEFAULT,
          Silence.DEFAULT,
          Backoff.DEFAULT,
          System::nanoTime);
    }

    public Options withToken(@Nullable String value) {
      Optional<String> fixed = Optional.ofNullable(value);
      return withTokenFrom(() -> fixed);
    }

    public Options withTokenFrom(Supplier<Optional<String>> value) {
      return new Options(host, port, value, tls, calls, silence, backoff, nanoClock);
    }

    public Options withTls(@Nullable SSLContext value) {
      return new Options(host, port, token, value, calls, silence, backoff, nanoClock);
    }

    public Options withCallTimeout(Duration value) {
      Calls other = new Calls(value, calls.outstandingMax(), calls.queueBytesMax());
      return new Options(host, port, token, tls, other, silence, backoff, nanoClock);
    }

    public Options withPeerTimeout(Duration interval, Duration timeout) {
      Silence other = new Silence(interval, timeout);
      return new Options(host, port, token, tls, calls, other, backoff, nanoClock);
    }

    /// Without the token.
    @Override
    public String toString() {
      return "Options[%s:%d, tls=%s]".formatted(host, port, tls != null);
    }
  }

  /// Begins to connect, and does not wait for it.
  public static RemoteStore connect(Options options) {
    return new RemoteStore(Connector.start(options));
  }

  private RemoteStore(Connector connector) {
    this.connector = connector;
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    Limits.checkKey(key);
    return decoded(
        connector.call(Kind.GET, body -> Wire.writeText(key, body), Repeat.READ),
        Wire::readOptionalEntry);
  }

  /// As [#get], but never blocks, nor repeats: the future fails with a [StoreException]. It is
  /// completed by the connection's reader, which must not be held up.
  @Override
  public CompletableFuture<Optional<Entry>> getAsync(String key) {
    try {
      Limits.checkKey(key);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    var result = new CompletableFuture<Optional<Entry>>();
    connector.readAsync(
        Kind.GET, body -> Wire.writeText(key, body), into(result, Wire::readOptionalEntry));
    return result;
  }

  private static <R> Connector.Outcome into(CompletableFuture<R> result, Decoder<R> decoder) {
    return new Connector.Outcome() {
      @Override
      public void answered(List<Frame> frames) {
        try {
          result.complete(decoded(frames, decoder));
        } catch (StoreException e) {
          failed(e);
        }
      }

      @Override
      public void failed(StoreException why) {
        result.completeExceptionally(why);
      }
    };
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    Limits.checkPrefix(prefix);
    List<Frame> frames =
        connector.call(Kind.LIST, body -> Wire.writeText(prefix, body), Repeat.READ);
    var entries = new ArrayList<Entry>();
    for (Frame part : frames.subList(0, frames.size() - 1)) {
      decodeInto(part, entries);
    }
    return new Listing(decoded(frames, DataInputStream::readLong), entries);
  }

  private static void decodeInto(Frame part, List<Entry> entries) throws StoreException {
    DataInputStream in = Wire.in(part);
    try {
      while (in.available() > 0) {
        entries.add(Wire.readEntry(in));
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    Limits.checkPut(key, value, expectedVersion);
    return decoded(
        connector.call(kind(durability), putBody(key, value, expectedVersion, lease), Repeat.NEVER),
        Wire::readPutResult);
  }

  private static Kind kind(Durability durability) {
    return durability == Durability.ORDERED ? Kind.PUT_ORDERED : Kind.PUT;
  }

  private static Frame.Body putBody(
      String key, byte[] value, long expectedVersion, @Nullable LeaseId lease) {
    return body -> {
      Wire.writeText(key, body);
      Wire.writeBytes(value, body);
      body.writeLong(expectedVersion);
      Wire.writeLease(lease, body);
    };
  }

  /// Sent on the caller's thread, if nobody else is sending; the future is completed by the
  /// connection's reader.
  @Override
  public CompletableFuture<PutResult> putAsync(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability) {
    try {
      Limits.checkPut(key, value, expectedVersion);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    var result = new CompletableFuture<PutResult>();
    connector.putAsync(
        kind(durability),
        putBody(key, value, expectedVersion, lease),
        into(result, Wire::readPutResult));
    return result;
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    Limits.checkExpected(expectedVersion);
    Limits.checkKey(key);
    return decoded(
        connector.call(
            Kind.DELETE,
            body -> {
              Wire.writeText(key, body);
              body.writeLong(expectedVersion);
            },
            Repeat.NEVER),
        Wire::readPutResult);
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    Limits.checkTtl(ttl);
    return decoded(
        connector.call(Kind.LEASE, body -> body.writeLong(ttl.toNanos()), Repeat.NEVER),
        in -> new LeaseId(in.readLong()));
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    return decoded(
        connector.call(Kind.KEEP_ALIVE, body -> body.writeLong(lease.value()), Repeat.IDEMPOTENT),
        DataInputStream::readBoolean);
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    List<Frame> _ =
        connector.call(Kind.REVOKE, body -> body.writeLong(lease.value()), Repeat.IDEMPOTENT);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    Limits.checkPrefix(prefix);
    return connector.watch(prefix, afterRevision, listener);
  }

  /// Those of the store that is served; until the first connection it promises nothing.
  @Override
  public Guarantees guarantees() {
    return connector.guarantees();
  }

  @Override
  public void close() {
    connector.close();
  }

  @FunctionalInterface
  private interface Decoder<R> {
    R decode(DataInputStream in) throws IOException;
  }

  private static <R> R decoded(List<Frame> frames, Decoder<R> decoder) throws StoreException {
    try {
      return decoder.decode(Wire.in(frames.getLast()));
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private static StoreException unreadable(Exception e) {
    return new StoreException.OutcomeUnknown("the server's answer makes no sense: " + e, e);
  }
}
