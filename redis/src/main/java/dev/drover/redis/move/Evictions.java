package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Watches whether the target evicts keys while a move copies to it: nobody says which, so what it
/// holds of the scope is not known any more. Used by the session's thread.
final class Evictions {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long UNKNOWN = -1;

  private final RedisHome target;
  private final LongSupplier nanoClock;
  private long before = UNKNOWN;
  private long lookedAt = Long.MIN_VALUE;

  Evictions(RedisHome target, LongSupplier nanoClock) {
    this.target = target;
    this.nanoClock = nanoClock;
  }

  /// Looks unless it has just done so.
  void lookNowAndThen(RespConnection connection) throws IOException, MoverException {
    if (lookedAt == Long.MIN_VALUE || nanoClock.getAsLong() - lookedAt >= EVERY_NANOS) {
      look(connection);
    }
  }

  /// @throws MoverException.Refused if the target has evicted keys since the first look
  void look(RespConnection connection) throws IOException, MoverException {
    ask(connection);
    answer(connection);
  }

  void ask(RespConnection connection) throws IOException {
    connection.send("INFO", "stats").flush();
  }

  /// See [#look].
  void answer(RespConnection connection) throws IOException, MoverException {
    Map<String, String> info = ServerInfo.fields(connection.answered().text());
    lookedAt = nanoClock.getAsLong();
    long now = Long.parseLong(info.getOrDefault("evicted_keys", "0"));
    if (before == UNKNOWN || now < before) {
      // A restarted server counts anew, and everything is compared then.
      before = now;
    }
    if (now > before) {
      ServerFacts.Memory memory = ServerFacts.read(connection).memory();
      throw new MoverException.Refused(
          target
              + " has evicted "
              + (now - before)
              + " keys since the move began (evicted_keys; maxmemory "
              + memory.max()
              + ", maxmemory-policy "
              + memory.policy()
              + "): copied keys may be among them, so the move ends. Raise maxmemory there or set"
              + " maxmemory-policy noeviction, then move again",
          null);
    }
  }
}
