package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.List;

/// The settings of a target that decide which values it takes. A server that is sent more than
/// these allow closes the connection, which says neither why nor at which key.
///
/// @param bulkMax `proto-max-bulk-len`: the longest string, and the longest argument
/// @param bufferMax `client-query-buffer-limit`: the most that one transaction may hold
/// @param maxMemory 0 for no limit
record TargetLimits(RedisHome home, long bulkMax, long bufferMax, long maxMemory) {
  private static final String BULK = "proto-max-bulk-len";
  private static final String BUFFER = "client-query-buffer-limit";

  /// What a transaction holds beside what is counted here.
  private static final long SLACK = 64 * 1024;

  /// A home to which nothing is copied.
  static TargetLimits none(RedisHome home) {
    return new TargetLimits(home, Long.MAX_VALUE, Long.MAX_VALUE, 0);
  }

  /// What a server does not tell counts as no limit.
  static TargetLimits read(RedisHome home, ServerFacts facts, RespConnection connection)
      throws IOException {
    return new TargetLimits(
        home, setting(connection, BULK), setting(connection, BUFFER), facts.memory().max());
  }

  /// The longest string that a server takes; without limit if it does not say.
  static long bulkMax(RespConnection connection) throws IOException {
    return setting(connection, BULK);
  }

  private static long setting(RespConnection connection, String name) throws IOException {
    try {
      List<Reply> pair = connection.call("CONFIG", "GET", name).items();
      long value = pair.size() > 1 ? pair.get(1).number() : 0;
      return value > 0 ? value : Long.MAX_VALUE;
    } catch (RespFailure e) {
      return Long.MAX_VALUE;
    }
  }

  /// How many bytes of commands one transaction may hold.
  long transactionBytesMax() {
    return bufferMax == Long.MAX_VALUE ? bufferMax : bufferMax - SLACK;
  }

  /// @throws MoverException.Refused if the target would not take this
  void check(byte[] key, long longest, long bytes) throws MoverException {
    if (longest > bulkMax) {
      throw tooLong(key, longest);
    }
    if (bytes > transactionBytesMax()) {
      throw refusal(key, bytes, BUFFER, bufferMax);
    }
  }

  MoverException tooLong(byte[] key, long bytes) {
    return refusal(key, bytes, BULK, bulkMax);
  }

  private MoverException refusal(byte[] key, long bytes, String setting, long limit) {
    return new MoverException.Refused(
        "key "
            + Scope.shown(key)
            + " has a value of "
            + bytes
            + " bytes, and "
            + home
            + " takes none over "
            + limit
            + " ("
            + setting
            + "): the move cannot go on. Raise "
            + setting
            + " there, then move again",
        null);
  }

  /// The target refused to write a key.
  MoverException refused(byte[] key, String words, RespFailure failure) {
    String what = Scope.shown(key) + ", " + words;
    if (RespFailure.code(words).equals("OOM")) {
      return new MoverException.Refused(
          home
              + " refused key "
              + what
              + " - its maxmemory of "
              + maxMemory
              + " bytes is reached: raise its maxmemory or free room, then move again",
          failure);
    }
    MoverException refused = Failures.refused(home, words, failure);
    return new MoverException.Refused(
        "key " + Scope.shown(key) + ": " + refused.getMessage(), failure);
  }
}
