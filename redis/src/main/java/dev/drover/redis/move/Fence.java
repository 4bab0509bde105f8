package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The fencing token of a scope at one home: the highest term that was seen there, as a decimal
/// under [Scope#fenceKey].
///
/// It stays after the move, because a stale driver may come back at any time. A home that lost it
/// (restarted without its data, flushed) cannot tell a stale driver from a new one until the new
/// one raises it again; whoever finds it missing raises it and compares everything, so the highest
/// term wins in the end and settles last.
final class Fence {
  private static final int TRIES_MAX = 100;

  private static final String SET_WHEN_FULL =
      "local seen = redis.call('GET', KEYS[1])"
          + " if seen and tonumber(seen) > tonumber(ARGV[1]) then return seen end"
          + " redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1]) return ARGV[1]";

  private static final String ONLY_UNDER_TERM =
      "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end table.remove(ARGV, 1) ";

  private final RedisHome home;
  private final byte[] key;
  private final long term;

  Fence(RedisHome home, Scope scope, long term) {
    this.home = home;
    this.key = scope.fenceKey();
    this.term = term;
  }

  RedisHome home() {
    return home;
  }

  /// Raises the token to this term, never lowers it.
  ///
  /// The key is written even if it shows this term already: a transaction of the same term that is
  /// still on its way on a connection that was given up has watched it, and is refused from here
  /// on. So it is raised before the connections that write are made, and not again while they
  /// stand.
  ///
  /// @throws MoverException.Fenced if a higher term was seen
  void raise(RespConnection connection) throws IOException, MoverException {
    for (int i = 0; i < TRIES_MAX; i++) {
      connection.call("WATCH", key);
      long seen = seen(connection);
      if (seen > term) {
        throw fenced(seen);
      }
      if (set(connection)) {
        return;
      }
    }
    throw new MoverException.Unreachable(
        home + ": the fence could not be raised, others do so all the time", null);
  }

  /// @return false if the key has changed since it was watched
  private boolean set(RespConnection connection) throws IOException, MoverException {
    connection.call("MULTI");
    try {
      connection.call("SET", key, Long.toString(term));
    } catch (RespFailure e) {
      if (!RespFailure.code(e.words()).equals("OOM")) {
        throw e;
      }
      connection.call("DISCARD");
      setWhenFull(connection);
      return true;
    }
    return !connection.call("EXEC").isNil();
  }

  /// A source that is full is often why the scope moves. A script that has written before (though
  /// nothing) may go on to write there.
  private void setWhenFull(RespConnection connection) throws IOException, MoverException {
    connection.begin(5).arg("EVAL").arg(SET_WHEN_FULL).arg(1).arg(key).arg(term).flush();
    long seen = seen(connection.answered());
    if (seen > term) {
      throw fenced(seen);
    }
  }

  /// Makes sure that the token still shows this term, and has a later EXEC on this connection fail
  /// if it changes.
  ///
  /// @throws MoverException.Fenced if a higher term was seen
  /// @throws Failures.FenceInDoubt if the token is missing or lower
  void watch(RespConnection connection) throws IOException, MoverException {
    sendWatch(connection);
    connection.flush();
    check(connection);
  }

  /// Runs a script that does nothing unless the token shows this term.
  ///
  /// @throws MoverException.Fenced if a higher term was seen
  Reply script(RespConnection connection, String script, List<byte[]> arguments)
      throws IOException, MoverException {
    connection.begin(5 + arguments.size()).arg("EVAL").arg(ONLY_UNDER_TERM + script).arg(1);
    connection.arg(key).arg(term);
    for (byte[] one : arguments) {
      connection.arg(one);
    }
    connection.flush();
    Reply reply = connection.answered();
    if (reply.isNil()) {
      watch(connection);
      throw new Failures.FenceInDoubt(home + ": the fence was touched while a script ran");
    }
    return reply;
  }

  /// Asks for the token in such a way that a later EXEC fails if it changes.
  void sendWatch(RespConnection connection) throws IOException {
    connection.send("WATCH", key).send("GET", key);
  }

  /// Reads what [#sendWatch] asked for.
  ///
  /// @throws MoverException.Fenced if a higher term was seen
  /// @throws Failures.FenceInDoubt if the token is missing or lower
  void check(RespConnection connection) throws IOException, MoverException {
    connection.answered();
    long seen = seen(connection.read());
    if (seen > term) {
      throw fenced(seen);
    }
    if (seen < term) {
      throw new Failures.FenceInDoubt(
          home
              + " shows the fence at "
              + (seen < 0 ? "nothing" : "term " + seen)
              + " instead of term "
              + term);
    }
  }

  private MoverException.Fenced fenced(long seen) {
    return new MoverException.Fenced(
        home
            + " has seen term "
            + seen
            + ", this driver's is "
            + term
            + ": another one has taken over");
  }

  private long seen(RespConnection connection) throws IOException, MoverException {
    connection.send("GET", key).flush();
    return seen(connection.read());
  }

  /// The term that a token shows, -1 if there is none.
  ///
  /// @throws MoverException.Refused if it is nothing that Drover has written
  private long seen(Reply reply) throws IOException, MoverException {
    if (reply.isNil()) {
      return -1;
    }
    long shown = -1;
    if (reply instanceof Reply.Failure(String refusal)
        && !RespFailure.code(refusal).equals("WRONGTYPE")) {
      throw new RespFailure(home.toString(), refusal);
    }
    try {
      shown = reply instanceof Reply.Failure ? -1 : reply.number();
    } catch (ProtocolException e) {
      // Told below, as any other thing that is not a term.
    }
    if (shown < 0) {
      String name = new String(key, StandardCharsets.UTF_8);
      throw new MoverException.Refused(
          home
              + " holds something under '"
              + name
              + "' that Drover has not written there, so it cannot be told whether another driver"
              + " has taken over. Nothing is written there. Find out who writes keys under 'drover:',"
              + " end the move, delete '"
              + name
              + "' at that home, and move again",
          null);
    }
    return shown;
  }
}
