package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends scripts that have run for too long. A server listens to that only once its own limit has
/// passed (`lua-time-limit`, `busy-reply-threshold`: 5 s), and never ends a script that has
/// written.
final class ScriptKiller {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptKiller.class);
  private static final int MILLIS_MAX = 10_000;

  private final Set<HomeId> busy = ConcurrentHashMap.newKeySet();
  private final LongAdder killed = new LongAdder();

  /// Begins to end what runs at the home; returns at once.
  ///
  /// @param command what was sent, in lower case
  void kill(RedisHome home, String command) {
    if (busy.add(home.id())) {
      Thread.ofVirtual().name("script-killer").start(() -> now(home, command));
    }
  }

  private void now(RedisHome home, String command) {
    String what = command.startsWith("fcall") ? "FUNCTION" : "SCRIPT";
    try (RespConnection connection = RespConnection.open(home.endpoint(MILLIS_MAX, MILLIS_MAX))) {
      connection.call(what, "KILL");
      killed.increment();
      LOG.warn(
          "killed a {} at {} that had run for longer than the gateway's scriptTimeout",
          what.equals("SCRIPT") ? "script" : "function",
          home);
    } catch (RespFailure e) {
      if (!RespFailure.code(e.words()).equals("NOTBUSY")) {
        LOG.error(
            "a script or function at {} cannot be ended: {}. Until it ends by itself the home"
                + " answers nobody; SHUTDOWN NOSAVE at the home ends it and loses what the home has"
                + " not saved",
            home,
            e.getMessage());
      }
    } catch (IOException e) {
      LOG.warn("a script at {} could not be ended: {}", home, e.getMessage());
    } finally {
      busy.remove(home.id());
    }
  }

  long killed() {
    return killed.sum();
  }
}
