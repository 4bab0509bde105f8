package dev.drover.redis.plug;

import dev.drover.core.PartitionId;
import dev.drover.engine.HomeMemory;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import dev.drover.redis.wire.RespLost;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a Redis server bears witness to, in keys of Drover's own.
///
/// | key at a home | |
/// |---|---|
/// | `drover:fence:SCOPE` | the highest term of a driver that was seen there |
/// | `drover:served` | a hash: each scope that was served there, and the id of the store by which |
final class RedisMemory implements HomeMemory {
  private static final String OWN = "drover:";
  private static final String FENCE = "drover:fence:";
  private static final String SERVED = "drover:served";
  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int READ_MILLIS_MAX = 5_000;
  private static final String SCAN_COUNT = "2000";

  private final RedisHome home;
  private final RespConnection connection;

  private RedisMemory(RedisHome home, RespConnection connection) {
    this.home = home;
    this.connection = connection;
  }

  static RedisMemory open(RedisHome home) throws Silent {
    try {
      return new RedisMemory(
          home, RespConnection.open(home.endpoint(CONNECT_MILLIS_MAX, READ_MILLIS_MAX)));
    } catch (IOException e) {
      throw new Silent(e);
    }
  }

  /// What is asked of the server.
  private interface Asked<T> {
    T of(RespConnection connection) throws IOException;
  }

  private <T> T ask(Asked<T> what) throws IOException {
    try {
      return what.of(connection);
    } catch (RespLost e) {
      throw new Silent(e);
    } catch (RespFailure e) {
      if (e.passes()) {
        throw new Silent(e);
      }
      throw new IOException(
          "%s refuses to tell what it has seen of the store (%s). Drover's user has to be able to read keys that begin with 'drover:' there, and nobody else may write them"
              .formatted(home, e.words()),
          e);
    }
  }

  @Override
  public Map<PartitionId, String> served() throws IOException {
    List<Reply> flat = ask(asked -> asked.call("HGETALL", SERVED).items());
    Map<PartitionId, String> all = new TreeMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      try {
        all.put(RedisEngine.scope(flat.get(i).text()), flat.get(i + 1).text());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "home '%s': key '%s' names a scope that there cannot be: %s"
                .formatted(home.id(), SERVED, e.getMessage()),
            e);
      }
    }
    return all;
  }

  @Override
  public long term(PartitionId scope) throws IOException {
    String key = FENCE + scope.name();
    Reply reply = ask(asked -> asked.call("GET", key));
    if (reply.isNil()) {
      return -1;
    }
    try {
      return reply.number();
    } catch (ProtocolException e) {
      throw new IOException(
          "home '%s': key '%s' holds '%s', which is no term. Somebody else has written it; drivers cannot be told from stale ones there. Find out who, and delete the key while no move runs"
              .formatted(home.id(), key, reply),
          e);
    }
  }

  @Override
  public String runId() throws IOException {
    String run = ServerInfo.fields(ask(asked -> asked.call("INFO", "server").text())).get("run_id");
    if (run == null) {
      throw new IOException("home '" + home.id() + "' does not say its run_id");
    }
    return run;
  }

  @Override
  public void serves(Collection<PartitionId> scopes, String store) throws IOException {
    for (PartitionId scope : scopes) {
      Reply _ = ask(asked -> asked.call("HSET", SERVED, scope.name(), store));
    }
  }

  @Override
  public Optional<String> itemOf(PartitionId scope, Collection<PartitionId> others)
      throws IOException {
    return key(scope.name(), others.stream().map(PartitionId::name).toList());
  }

  @Override
  public Optional<String> itemOfNone(Collection<PartitionId> scopes) throws IOException {
    List<String> prefixes = new ArrayList<>(scopes.stream().map(PartitionId::name).toList());
    prefixes.add(OWN);
    return key("", prefixes);
  }

  private Optional<String> key(String prefix, Collection<String> nested) throws IOException {
    byte[] pattern = (escaped(prefix) + "*").getBytes(StandardCharsets.UTF_8);
    String cursor = "0";
    do {
      List<Reply> page = ask(page(cursor, pattern));
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

  private static Asked<List<Reply>> page(String cursor, byte[] pattern) {
    return asked -> {
      asked.begin(6).arg("SCAN").arg(cursor).arg("MATCH").arg(pattern);
      asked.arg("COUNT").arg(SCAN_COUNT).flush();
      return asked.answered().items();
    };
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
