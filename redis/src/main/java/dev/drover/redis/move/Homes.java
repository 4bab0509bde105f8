package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;

/// The two servers of a move and what they say about themselves.
record Homes(
    RedisHome source,
    RedisHome target,
    ServerFacts sourceFacts,
    ServerFacts targetFacts,
    TargetLimits limits,
    RedisMoverOptions options) {

  static RespConnection connect(RedisHome home, RedisMoverOptions options) throws IOException {
    RedisMoverOptions.Timeouts timeouts = options.timeouts();
    return RespConnection.open(
        home.endpoint(timeouts.connectMillisMax(), timeouts.readMillisMax()));
  }

  /// Throws unless a server can be a home.
  static void check(RedisHome home, ServerFacts facts) throws MoverException {
    if (!facts.atLeast(6, 2)) {
      throw new MoverException.Refused(
          home + " runs Redis " + facts.version() + "; Drover needs 6.2 or later", null);
    }
    if (facts.cluster()) {
      throw new MoverException.Refused(
          home + " runs in cluster mode, which Drover does not move: name a standalone server",
          null);
    }
    if (!facts.role().equals("master")) {
      throw new MoverException.Refused(home + " is a replica: name its primary as the home", null);
    }
  }
}
