package dev.drover.redis.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows whether a move's source still holds all that the target has from it.
///
/// Before a lane writes at the target what it has read, it raises a count of its own at the source
/// (hash `drover:mark:PREFIX`); the transaction that writes notes that count at the target (hash
/// `drover:copied:PREFIX`). A server that restarts, or a replica that takes its place, holds what
/// the server held at one moment. So a source that shows the count holds all that was read before
/// it. A source that shows less was flushed, restarted without its data or from an old file, or
/// replaced by a replica that lagged; what the target holds may then be the only copy.
final class Witness {
  /// Each lane has a count of its own, whatever the number of lanes in use.
  static final int LANES = RedisMoverOptions.LANES_MAX;

  /// The first count. A count that begins anew after a flush is far below it.
  private static final long BASE = 1L << 40;

  private static final String MOVE = "move";

  private static final String SET_WHEN_FULL =
      "redis.call('DEL', KEYS[1])"
          + " for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end";

  private static final String COUNT_WHEN_FULL =
      "redis.call('DEL', KEYS[2]) return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)";

  private final MoveId move;
  private final Scope scope;
  private final RedisHome from;
  private final RedisHome to;
  private final long[] written = new long[LANES];

  /// Whether the target showed no copy by this move when this driver first met it.
  private boolean first;

  private boolean met;

  Witness(MoveId move, Scope scope, RedisHome from, RedisHome to) {
    this.move = move;
    this.scope = scope;
    this.from = from;
    this.to = to;
  }

  /// What is known of a source, from a home that copied from it.
  enum Finding {
    /// It holds all that was copied from it.
    WHOLE,
    /// It holds less.
    LESS,
    /// Nothing of this move was copied.
    NOTHING_COPIED
  }

  /// To be called on new connections, before anything is read from the source: checks the counts,
  /// and begins them if this move has none yet.
  ///
  /// @throws MoverException.Refused if the source holds less than it did
  void meet(RespConnection source, RespConnection target, FencedWriter writer)
      throws IOException, MoverException {
    Map<String, String> marks = hash(source, scope.markKey());
    Map<String, String> note = hash(target, scope.copiedKey());
    boolean noted = move.value().equals(note.get(MOVE));
    first = met ? first : !noted || !copied(note);
    met = true;
    for (int lane = 0; lane < LANES; lane++) {
      long least = Math.max(written(lane), noted ? count(note, Integer.toString(lane)) : 0);
      if (count(marks, field(lane)) < least) {
        throw less();
      }
      wrote(lane, least);
    }
    if (count(marks, field(0)) == 0) {
      begin(source);
    }
    if (!noted) {
      List<byte[]> hset = new ArrayList<>(List.of(Scope.utf8("HSET"), scope.copiedKey()));
      hset.addAll(List.of(Scope.utf8(MOVE), Scope.utf8(move.value())));
      for (int lane = 0; lane < LANES; lane++) {
        long count = Math.max(BASE, count(marks, field(lane)));
        hset.addAll(List.of(FencedWriter.decimal(lane), FencedWriter.decimal(count)));
      }
      writer.command(Scope.utf8("DEL"), scope.copiedKey());
      writer.command(hset.toArray(byte[][]::new));
      writer.drain();
    }
  }

  private void begin(RespConnection source) throws IOException {
    List<byte[]> fields = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      fields.add(Scope.utf8(field(lane)));
      fields.add(FencedWriter.decimal(BASE));
    }
    try {
      source.call("DEL", scope.markKey());
      send(source, List.of(Scope.utf8("HSET"), scope.markKey()), fields);
      source.answered();
    } catch (RespFailure e) {
      if (!RespFailure.code(e.words()).equals("OOM")) {
        throw e;
      }
      byte[][] eval = {Scope.utf8("EVAL"), Scope.utf8(SET_WHEN_FULL), {'1'}, scope.markKey()};
      send(source, List.of(eval), fields);
      source.answered();
    }
  }

  private static void send(RespConnection connection, List<byte[]> head, List<byte[]> rest)
      throws IOException {
    connection.begin(head.size() + rest.size());
    for (byte[] part : head) {
      connection.arg(part);
    }
    for (byte[] part : rest) {
      connection.arg(part);
    }
    connection.flush();
  }

  /// Whether no driver of this move has copied anything before.
  boolean first() {
    return first;
  }

  /// What two homes show of a move. Changes nothing.
  static Finding look(MoveId move, Scope scope, RespConnection source, RespConnection target)
      throws IOException {
    Map<String, String> note = hash(target, scope.copiedKey());
    if (!copied(note) || !move.value().equals(note.get(MOVE))) {
      return Finding.NOTHING_COPIED;
    }
    Map<String, String> marks = hash(source, scope.markKey());
    for (int lane = 0; lane < LANES; lane++) {
      if (count(marks, move.value() + ":" + lane) < count(note, Integer.toString(lane))) {
        return Finding.LESS;
      }
    }
    return Finding.WHOLE;
  }

  /// Whether anything has been written under this note.
  private static boolean copied(Map<String, String> note) {
    boolean copied = false;
    for (int lane = 0; lane < LANES; lane++) {
      copied |= count(note, Integer.toString(lane)) > BASE;
    }
    return copied;
  }

  /// Removes the note of a move from a home, unless it is another move's.
  static void forget(MoveId move, Scope scope, RespConnection target) throws IOException {
    Reply noted = target.call("HGET", scope.copiedKey(), MOVE);
    if (!noted.isNil() && noted.text().equals(move.value())) {
      target.call("DEL", scope.copiedKey());
    }
  }

  /// Whether the target still shows all that this session has written to it.
  boolean arrivedAt(RespConnection target) throws IOException {
    Map<String, String> note = hash(target, scope.copiedKey());
    if (!move.value().equals(note.get(MOVE))) {
      return false;
    }
    for (int lane = 0; lane < LANES; lane++) {
      if (count(note, Integer.toString(lane)) < written(lane)) {
        return false;
      }
    }
    return true;
  }

  /// The counting of one lane, on a connection of its own to the source.
  Seal seal(int lane, RespConnection source) {
    return new Seal(lane, source);
  }

  private synchronized long written(int lane) {
    return written[lane];
  }

  private synchronized void wrote(int lane, long count) {
    written[lane] = Math.max(written[lane], count);
  }

  private MoverException less() {
    return new MoverException.Refused(
        from
            + " holds less than it did: the mark of this move is gone or old there. It was flushed,"
            + " restarted without its data or from an old file, or replaced by a replica that lagged."
            + " What "
            + to
            + " holds may be the only copy, so the move ends and nothing of it is purged: see"
            + " 'drover strays'",
        null);
  }

  private String field(int lane) {
    return move.value() + ":" + lane;
  }

  private static Map<String, String> hash(RespConnection connection, byte[] key)
      throws IOException {
    Map<String, String> fields = new HashMap<>();
    connection.send("HGETALL", key).flush();
    List<Reply> pairs = connection.answered().items();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      fields.put(pairs.get(i).text(), pairs.get(i + 1).text());
    }
    return fields;
  }

  /// A count that is missing or no number is less than any.
  private static long count(Map<String, String> fields, String name) {
    @Nullable String value = fields.get(name);
    return value != null && value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
  }

  /// See [Witness]. Used by one thread.
  final class Seal implements AutoCloseable {
    private final int lane;
    private final RespConnection source;
    private int asked;
    private long count;

    private Seal(int lane, RespConnection source) {
      this.lane = lane;
      this.source = source;
    }

    /// Raises the count. All that is to be written must have been read by now.
    void send() throws IOException {
      source.begin(4).arg("HINCRBY").arg(scope.markKey()).arg(field(lane)).arg(1).flush();
      asked++;
    }

    /// Waits for what [#send] asked.
    ///
    /// @return the command that notes the count at the target
    /// @throws MoverException.Refused if the source holds less than it did
    byte[][] note() throws IOException, MoverException {
      Reply reply = Reply.Nil.NIL;
      for (; asked > 0; asked--) {
        reply = source.read();
      }
      if (reply instanceof Reply.Failure f && RespFailure.code(f.message()).equals("OOM")) {
        source.begin(6).arg("EVAL").arg(COUNT_WHEN_FULL).arg(2).arg(scope.markKey());
        source.arg("drover:none").arg(field(lane)).flush();
        reply = source.read();
      }
      if (reply instanceof Reply.Failure f) {
        if (RespFailure.passes(f.message())) {
          throw new RespFailure(source.endpoint().toString(), f.message());
        }
        throw Failures.refused(from, f.message(), null);
      }
      count = reply.number();
      if (count <= Math.max(BASE, written(lane))) {
        throw less();
      }
      return new byte[][] {
        Scope.utf8("HSET"),
        scope.copiedKey(),
        FencedWriter.decimal(lane),
        FencedWriter.decimal(count)
      };
    }

    /// What was noted last has arrived at the target.
    void arrived() {
      wrote(lane, count);
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
