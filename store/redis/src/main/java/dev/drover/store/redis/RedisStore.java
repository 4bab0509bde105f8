package dev.drover.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.drover.store.redis.Caller.Repeat;
import dev.drover.store.redis.Scripted.Answer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The state store in a single Redis server (6.2 and later) that somebody already runs: every
/// request is one run of one script (`store.lua`), a watch follows a stream that the script writes.
///
/// What it promises is what that server promises, and that is little: see [#guarantees]. If it is
/// found to have lost acknowledged writes, every call says so from then on
/// ([StoreException.Corrupt]).
public final class RedisStore implements StateStore {
  private static final long LIST_BYTES_MAX = 256L << 20;
  private static final Guarantees UNKNOWN =
      new Guarantees("redis", false, false, Duration.ZERO, "Redis has not answered yet");

  private final RedisClient client;
  private final Link link;
  private final Scripted script;
  private final Caller caller;
  private final Follower follower;
  private volatile @Nullable Guarantees known;

  /// Begins to connect, and does not wait for it.
  public static RedisStore connect(RedisStoreOptions options) {
    RedisStore store = new RedisStore(options);
    store.follower.start();
    return store;
  }

  private RedisStore(RedisStoreOptions options) {
    RedisURI uri = uri(options);
    client = RedisClient.create(uri);
    client.setOptions(clientOptions(options));
    String source = Scripted.source();
    link = new Link(client, uri, source);
    script = new Scripted(options);
    caller = new Caller(options, link, script);
    follower = new Follower(options, new Link(client, uri, source), script, caller);
  }

  private static RedisURI uri(RedisStoreOptions options) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(options.host())
            .withPort(options.port())
            .withTimeout(options.calls().attemptTimeout())
            .withSsl(options.tls().on());
    options
        .login()
        .password()
        .ifPresent(
            password ->
                uri.withAuthentication(
                    options.login().user().orElse("default"), password.text().toCharArray()));
    return uri.build();
  }

  /// Nothing is sent again by itself, and no connection is made again: see [Session].
  private static ClientOptions clientOptions(RedisStoreOptions options) {
    ClientOptions.Builder client =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .protocolVersion(ProtocolVersion.RESP2)
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(options.calls().attemptTimeout())
                    .tcpNoDelay(true)
                    .build());
    options
        .tls()
        .caFile()
        .ifPresent(
            file ->
                client.sslOptions(
                    SslOptions.builder().jdkSslProvider().trustManager(file.toFile()).build()));
    return client.build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    Limits.checkKey(key);
    return caller.call(Repeat.READ, "get", bytes(key)).entry(0, key);
  }

  /// Sent on the caller's thread; the future is completed by the connection's.
  @Override
  public CompletableFuture<Optional<Entry>> getAsync(String key) {
    try {
      Limits.checkKey(key);
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Answer> asked = caller.callAsync(false, "get", bytes(key));
    return asked == null
        ? StateStore.super.getAsync(key)
        : asked.thenApply(answer -> answer.entry(0, key));
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    Limits.checkPrefix(prefix);
    Answer answer = caller.call(Repeat.READ, "list", bytes(prefix), bytes(LIST_BYTES_MAX));
    List<?> pairs = answer.list(0);
    List<Entry> entries = new ArrayList<>(pairs.size() / 2);
    for (int i = 0; i < pairs.size(); i += 2) {
      entries.add(Scripted.unpacked(Scripted.text(pairs.get(i)), (byte[]) pairs.get(i + 1)));
    }
    entries.sort(Comparator.comparing(Entry::key));
    return new Listing(answer.revision(), entries);
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
    return result(
        key,
        caller.call(
            Repeat.NEVER, "put", bytes(key), bytes(expectedVersion), bytes(number(lease)), value));
  }

  /// Sent on the caller's thread; the future is completed by the connection's.
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
    CompletableFuture<Answer> asked =
        caller.callAsync(
            true, "put", bytes(key), bytes(expectedVersion), bytes(number(lease)), value);
    return asked == null
        ? StateStore.super.putAsync(key, value, expectedVersion, lease, durability)
        : asked.thenApply(answer -> result(key, answer));
  }

  private static long number(@Nullable LeaseId lease) {
    return lease == null ? 0 : lease.value();
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    Limits.checkExpected(expectedVersion);
    Limits.checkKey(key);
    return result(key, caller.call(Repeat.NEVER, "delete", bytes(key), bytes(expectedVersion)));
  }

  private static PutResult result(String key, Answer answer) {
    return answer.number(0) == 1
        ? new PutResult.Applied(answer.revision())
        : new PutResult.Conflict(answer.entry(1, key));
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    Limits.checkPrefix(prefix);
    return follower.watch(prefix, afterRevision, listener);
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    Limits.checkTtl(ttl);
    long millis = ttl.plusMillis(1).minusNanos(1).toMillis();
    return new LeaseId(caller.call(Repeat.NEVER, "grant", bytes(millis)).number(0));
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    return caller.call(Repeat.IDEMPOTENT, "keep", bytes(lease.value())).number(0) == 1;
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    Answer _ = caller.call(Repeat.IDEMPOTENT, "revoke", bytes(lease.value()));
  }

  /// By what the server says of itself; until it has answered once, it promises nothing.
  @Override
  public Guarantees guarantees() {
    Guarantees before = known;
    if (before != null) {
      return before;
    }
    try {
      Session session = link.session();
      Guarantees found = Promises.of(session.server(), session.setting("appendfsync"));
      known = found;
      return found;
    } catch (StoreException e) {
      return UNKNOWN;
    }
  }

  @Override
  public void close() {
    link.close();
    follower.close();
    client.shutdownAsync(0, 0, java.util.concurrent.TimeUnit.SECONDS).join();
  }
}
