package dev.drover.app.past;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads at one home what it bears witness to, and which keys stand there.
///
/// | key at a home | |
/// |---|---|
/// | `drover:fence:SCOPE` | the highest term of a driver that was seen there |
/// | `drover:served` | a hash: each scope that was served there, and the id of the store by which |
final class HomeReader implements AutoCloseable {
  private static final String FENCE = "drover:fence:";
  private static final String SERVED = "drover:served";
  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int READ_MILLIS_MAX = 5_000;
  private static final String SCAN_COUNT = "2000";

  private final HomeId id;
  private final RespConnection connection;

  private HomeReader(HomeId id, RespConnection connection) {
    this.id = id;
    this.connection = connection;
  }

  /// @throws IOException if the home does not answer
  static HomeReader open(RedisHome home) throws IOException {
    return new HomeReader(
        home.id(), RespConnection.open(home.endpoint(CONNECT_MILLIS_MAX, READ_MILLIS_MAX)));
  }

  /// The scopes that were served here, each with the store's id.
  Map<String, String> served() throws IOException {
    List<Reply> flat = connection.call("HGETALL", SERVED).items();
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      all.put(flat.get(i).text(), flat.get(i + 1).text());
    }
    return all;
  }

  /// The highest term that was seen here for a scope, -1 if none was.
  ///
  /// @throws IOException also if what stands there is no term, by name
  long term(PartitionId scope) throws IOException {
    String key = FENCE + scope.name();
    Reply reply = connection.call("GET", key);
    if (reply.isNil()) {
      return -1;
    }
    try {
      return reply.number();
    } catch (ProtocolException e) {
      throw new IOException(
          "home '%s': key '%s' holds '%s', which is no term. Somebody else has written it; drivers cannot be told from stale ones there. Find out who, and delete the key while no move runs"
              .formatted(id, key, reply),
          e);
    }
  }

  /// What tells one run of a server from all others.
  String runId() throws IOException {
    return connection
        .call("INFO", "server")
        .text()
        .lines()
        .filter(line -> line.startsWith("run_id:"))
        .findFirst()
        .orElseThrow(() -> new IOException("home '" + id + "' does not say its run_id"));
  }

  void serves(Collection<PartitionId> scopes, String store) throws IOException {
    for (PartitionId scope : scopes) {
      connection.call("HSET", SERVED, scope.name(), store);
    }
  }

  void servesNoMore(PartitionId scope) throws IOException {
    connection.call("HDEL", SERVED, scope.name());
  }

  /// A key of a scope that stands here.
  ///
  /// @param nested prefixes of scopes inside it, whose keys are not its own
  Optional<String> keyOf(PartitionId scope, Collection<String> nested) throws IOException {
    return keyOf(scope.name(), nested);
  }

  /// As the other.
  Optional<String> keyOf(String prefix, Collection<String> nested) throws IOException {
    byte[] pattern = (escaped(prefix) + "*").getBytes(StandardCharsets.UTF_8);
    String cursor = "0";
    do {
      connection.begin(6).arg("SCAN").arg(cursor).arg("MATCH").arg(pattern);
      connection.arg("COUNT").arg(SCAN_COUNT).flush();
      List<Reply> page = connection.answered().items();
      for (Reply each : page.get(1).items()) {
        String key = new String(each.bytes(), StandardCharsets.UTF_8);
        if (nested.stream().noneMatch(key::startsWith)) {
          return Optional.of(key);
        }
      }
      cursor = page.get(0).text();
    } while (!cursor.equals("0"));
    return Optional.empty();
  }

  private static String escaped(String prefix) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if ("*?[]\\^-".indexOf(c) >= 0) {
        text.append('\\');
      }
      text.append(c);
    }
    return text.toString();
  }

  @Override
  public void close() {
    connection.close();
  }
}
