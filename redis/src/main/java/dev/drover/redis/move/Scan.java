package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Walks over the keys of a scope at one home; each key at least once. The next page is on its way
/// while the last one is worked on.
final class Scan implements AutoCloseable {
  private static final int COUNT_MIN = 512;
  private static final int COUNT_MAX = 4096;
  static final byte[] START = {'0'};

  private final RespConnection connection;
  private final Scope scope;
  private int count = COUNT_MIN;
  private byte[] sent = START;
  private boolean done;

  private Scan(RespConnection connection, Scope scope) {
    this.connection = connection;
    this.scope = scope;
  }

  /// A walk from the beginning.
  static Scan begin(RespConnection connection, Scope scope) throws IOException {
    return begin(connection, scope, START);
  }

  /// @param connection which closes with the walk
  /// @param cursor where it begins
  static Scan begin(RespConnection connection, Scope scope, byte[] cursor) throws IOException {
    Scan scan = new Scan(connection, scope);
    try {
      scan.send(cursor);
      return scan;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  boolean done() {
    return done;
  }

  /// Where the next page begins.
  byte[] cursor() {
    return sent;
  }

  /// The next page, perhaps empty. Only while not [#done].
  List<byte[]> next() throws IOException {
    List<Reply> reply = connection.answered().items();
    byte[] cursor = reply.get(0).bytes();
    List<Reply> found = reply.get(1).items();
    done = cursor.length == 1 && cursor[0] == '0';
    if (!done) {
      // The rarer the scope's keys, the more of the others in one step.
      count = Math.clamp(found.size() * 4L < count ? count * 2L : count, COUNT_MIN, COUNT_MAX);
      send(cursor);
    }
    List<byte[]> keys = new ArrayList<>(found.size());
    for (Reply one : found) {
      byte[] key = one.bytes();
      if (scope.holds(key)) {
        keys.add(key);
      }
    }
    return keys;
  }

  private void send(byte[] cursor) throws IOException {
    sent = cursor;
    connection.begin(6).arg("SCAN").arg(cursor).arg("MATCH").arg(scope.pattern());
    connection.arg("COUNT").arg(count).flush();
  }

  /// Frees the connection.
  @Override
  public void close() {
    connection.close();
  }
}
