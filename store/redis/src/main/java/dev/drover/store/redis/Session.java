package dev.drover.store.redis;

import dev.drover.store.StoreException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One connection to the server, for as long as it lasts: it is never made again below, so nothing
/// is sent twice, and the run id that was read at its beginning stays the server's.
final class Session {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Server server;
  private final String digest;

  private Session(
      StatefulRedisConnection<byte[], byte[]> connection, Server server, String digest) {
    this.connection = connection;
    this.server = server;
    this.digest = digest;
  }

  /// Connects, looks at the server, and gives it the script.
  ///
  /// @throws StoreException.Refused if this server cannot hold a store
  static Session open(RedisClient client, RedisURI uri, String script) throws StoreException {
    StatefulRedisConnection<byte[], byte[]> connection;
    try {
      connection = client.connect(ByteArrayCodec.INSTANCE, uri);
    } catch (RedisException e) {
      throw Failures.connecting(e, uri);
    }
    try {
      Server server = Server.of(connection.sync().info());
      check(server, uri);
      return new Session(
          connection,
          server,
          connection.sync().scriptLoad(script.getBytes(StandardCharsets.UTF_8)));
    } catch (RedisException e) {
      CompletableFuture<Void> _ = connection.closeAsync();
      throw Failures.connecting(e, uri);
    } catch (StoreException e) {
      CompletableFuture<Void> _ = connection.closeAsync();
      throw e;
    }
  }

  private static void check(Server server, RedisURI uri) throws StoreException {
    String at = uri.getHost() + ":" + uri.getPort();
    if (server.cluster()) {
      throw new StoreException.Refused(
          "the Redis at " + at + " is part of a cluster: a store needs a single server", null);
    }
    if (server.evicts()) {
      throw new StoreException.Refused(
          "the Redis at "
              + at
              + " drops keys when its memory is full (maxmemory-policy allkeys-…): a store needs"
              + " noeviction",
          null);
    }
  }

  Server server() {
    return server;
  }

  boolean usable() {
    return connection.isOpen();
  }

  /// Runs the script once.
  CompletableFuture<List<Object>> run(byte[][] keys, byte[][] arguments) {
    return connection
        .async()
        .<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments)
        .toCompletableFuture();
  }

  /// Completes when the stream has something after `id`, or after a while.
  @SuppressWarnings("unchecked")
  CompletableFuture<?> await(byte[] stream, String id, Duration longest) {
    return connection
        .async()
        .xread(XReadArgs.Builder.block(longest).count(1), XReadArgs.StreamOffset.from(stream, id))
        .toCompletableFuture();
  }

  /// A setting of the server; empty if it does not tell.
  String setting(String name) {
    try {
      return connection.sync().configGet(name).getOrDefault(name, "");
    } catch (RedisException e) {
      return "";
    }
  }

  void close() {
    CompletableFuture<Void> _ = connection.closeAsync();
  }
}
