package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.List;

/// Reads when keys expire, as absolute times: exactly by PEXPIRETIME (Redis 7.0), before that as
/// the server's TIME after the PTTLs plus what was left, which is late by as long as the reads
/// took, so that nothing expires too early.
final class Expiries {
  /// The key does not exist (any more).
  static final long GONE = -2;

  /// The key does not expire.
  static final long NEVER = -1;

  private static final byte[] PEXPIRETIME = RespConnection.head("PEXPIRETIME", 1);
  private static final byte[] PTTL = RespConnection.head("PTTL", 1);

  private final RespConnection connection;
  private final boolean exact;

  Expiries(RespConnection connection, boolean exact) {
    this.connection = connection;
    this.exact = exact;
  }

  void send(byte[] key) throws IOException {
    connection.raw(exact ? PEXPIRETIME : PTTL).arg(key);
  }

  long read() throws IOException {
    return connection.answered().number();
  }

  void sendClock() throws IOException {
    connection.send("TIME");
  }

  /// Reads the server's clock, in ms since 1970, and makes the times read before absolute.
  long readClock(long[] expiresAt) throws IOException {
    List<Reply> time = connection.answered().items();
    long now = time.get(0).number() * 1000 + time.get(1).number() / 1000;
    if (!exact) {
      for (int i = 0; i < expiresAt.length; i++) {
        if (expiresAt[i] >= 0) {
          expiresAt[i] += now;
        }
      }
    }
    return now;
  }
}
