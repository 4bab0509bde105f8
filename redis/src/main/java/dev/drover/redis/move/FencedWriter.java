package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes to a home in transactions that take effect only while the fence shows our term.
///
/// One transaction is on its way while the next gathers. The fence is watched and read again right
/// behind each EXEC, in the same flight, so that fencing costs no round trip. Used by one thread.
final class FencedWriter {
  private static final byte[] NONE = {'0'};
  private static final byte[] PXAT = Scope.utf8("PXAT");
  private static final byte[] SET = Scope.utf8("SET");
  private static final byte[] RESTORE = Scope.utf8("RESTORE");
  private static final byte[] REPLACE = Scope.utf8("REPLACE");
  private static final byte[] ABSTTL = Scope.utf8("ABSTTL");
  private static final byte[] UNLINK = Scope.utf8("UNLINK");
  private static final byte[] PEXPIREAT = Scope.utf8("PEXPIREAT");
  private static final byte[] PERSIST = Scope.utf8("PERSIST");
  private static final byte[] MSET = Scope.utf8("MSET");

  private static final String RUN_EACH =
      "local done = {} local at = 1"
          + " while at <= #ARGV do local n = tonumber(ARGV[at])"
          + " done[#done + 1] = redis.pcall(unpack(ARGV, at + 1, at + n))"
          + " at = at + n + 1 end return done";

  private static final String DIGEST =
      "local function digest(key) local value = redis.call('DUMP', key)"
          + " return value and redis.sha1hex(value) or '' end ";

  private static final String DIGESTS =
      DIGEST + "local all = {} for i, key in ipairs(ARGV) do all[i] = digest(key) end return all";

  private static final String UNLINK_EQUAL =
      DIGEST
          + "local removed = 0"
          + " for i = 1, #ARGV, 2 do if digest(ARGV[i]) == ARGV[i + 1] then"
          + " removed = removed + redis.call('UNLINK', ARGV[i]) end end return removed";

  private final RespConnection connection;
  private final Fence fence;
  private final RedisMoverOptions options;
  private final Witness.@Nullable Seal seal;
  private final TargetLimits limits;
  private final List<byte[]> plain = new ArrayList<>();
  private final List<byte[][]> commands = new ArrayList<>();

  /// A key of each command that is on its way.
  private final List<byte[]> sent = new ArrayList<>();

  private long gathered;
  private int outstanding = -1;

  FencedWriter(RespConnection connection, Fence fence, RedisMoverOptions options)
      throws IOException, MoverException {
    this(connection, fence, options, null, TargetLimits.none(fence.home()));
  }

  /// @param seal what each transaction needs that writes what was read from a source
  /// @param limits of the home
  FencedWriter(
      RespConnection connection,
      Fence fence,
      RedisMoverOptions options,
      Witness.@Nullable Seal seal,
      TargetLimits limits)
      throws IOException, MoverException {
    this.connection = connection;
    this.fence = fence;
    this.options = options;
    this.seal = seal;
    this.limits = limits;
    fence.watch(connection);
  }

  /// Sets a string; `expireAt` in ms since 1970, or -1.
  void text(byte[] key, byte[] value, long expireAt) throws IOException, MoverException {
    if (expireAt < 0) {
      plain.add(key);
      plain.add(value);
      gathered(key.length + value.length);
    } else {
      command(SET, key, value, PXAT, decimal(expireAt));
    }
  }

  /// Replaces a key by a DUMP payload.
  void packed(byte[] key, byte[] payload, long expireAt) throws IOException, MoverException {
    command(RESTORE, key, expireAt < 0 ? NONE : decimal(expireAt), payload, REPLACE, ABSTTL);
  }

  void delete(byte[] key) throws IOException, MoverException {
    command(UNLINK, key);
  }

  void expiry(byte[] key, long expireAt) throws IOException, MoverException {
    if (expireAt < 0) {
      command(PERSIST, key);
    } else {
      command(PEXPIREAT, key, decimal(expireAt));
    }
  }

  /// Adds any command. Strings set by [#text] in the same transaction come before it.
  void command(byte[]... parts) throws IOException, MoverException {
    long bytes = 0;
    long longest = 0;
    for (byte[] part : parts) {
      bytes += part.length;
      longest = Math.max(longest, part.length);
    }
    limits.check(parts[1], longest, bytes);
    if (gathered + bytes > limits.transactionBytesMax()) {
      flush();
    }
    commands.add(parts);
    gathered(bytes);
  }

  private void gathered(long bytes) throws IOException, MoverException {
    gathered += bytes + 32;
    if (gathered >= options.batch().bytesMax()
        || plain.size() / 2 + commands.size() >= options.batch().keysMax()) {
      flush();
    }
  }

  /// Sends what has gathered, once the transaction before is through.
  void flush() throws IOException, MoverException {
    if (plain.isEmpty() && commands.isEmpty()) {
      return;
    }
    if (seal != null) {
      seal.send();
    }
    await();
    byte[][] note = seal == null ? null : seal.note();
    connection.send("MULTI");
    int queued = commands.size();
    sent.clear();
    if (!plain.isEmpty()) {
      queued++;
      sent.add(plain.getFirst());
      connection.begin(plain.size() + 1).arg(MSET);
      for (byte[] part : plain) {
        connection.arg(part);
      }
    }
    for (byte[][] command : commands) {
      send(command);
      sent.add(command[1]);
    }
    if (note != null) {
      send(note);
      queued++;
    }
    connection.send("EXEC");
    fence.sendWatch(connection);
    connection.flush();
    plain.clear();
    commands.clear();
    gathered = 0;
    outstanding = queued;
  }

  private void send(byte[][] command) throws IOException {
    connection.begin(command.length);
    for (byte[] part : command) {
      connection.arg(part);
    }
  }

  /// Sends what has gathered and waits until it is there.
  void drain() throws IOException, MoverException {
    flush();
    await();
  }

  /// Runs one command in a transaction of its own, after all that has gathered.
  ///
  /// @return its reply
  Reply run(byte[]... command) throws IOException, MoverException {
    drain();
    commands.add(command);
    flush();
    int queued = outstanding;
    outstanding = -1;
    return executed(queued).getFirst();
  }

  /// Runs commands in one transaction, after all that has gathered.
  ///
  /// @return their replies, refusals among them
  List<Reply> tried(List<byte[][]> group) throws IOException, MoverException {
    drain();
    connection.send("MULTI");
    for (byte[][] command : group) {
      send(command);
    }
    try {
      Reply executed = execute(group.size());
      if (executed.isNil()) {
        throw new Failures.FenceInDoubt(
            fence.home() + ": the fence was touched while a transaction was on its way");
      }
      return executed.items();
    } catch (RespFailure e) {
      if (!Failures.full(e)) {
        throw e;
      }
      return scripted(group);
    }
  }

  /// Removes keys, also at a server that is full.
  void unlink(List<byte[]> keys) throws IOException, MoverException {
    byte[][] command = new byte[1 + keys.size()][];
    command[0] = UNLINK;
    for (int i = 0; i < keys.size(); i++) {
      command[i + 1] = keys.get(i);
    }
    for (Reply reply : tried(List.of(new byte[][][] {command}))) {
      if (reply instanceof Reply.Failure f) {
        throw Failures.refused(fence.home(), f.message(), null);
      }
    }
  }

  /// A server that is full queues nothing for a transaction, not even what frees memory. A script
  /// may do that.
  private List<Reply> scripted(List<byte[][]> group) throws IOException, MoverException {
    List<byte[]> arguments = new ArrayList<>();
    for (byte[][] command : group) {
      arguments.add(decimal(command.length));
      arguments.addAll(List.of(command));
    }
    return fence.script(connection, RUN_EACH, arguments).items();
  }

  /// What each key holds now, in few bytes; empty for one that is not there.
  List<byte[]> digests(List<byte[]> keys) throws IOException, MoverException {
    drain();
    List<byte[]> digests = new ArrayList<>();
    for (Reply one : fence.script(connection, DIGESTS, keys).items()) {
      digests.add(one.bytes());
    }
    return digests;
  }

  /// Removes those of the keys that hold what they held: for a server that is full, see [#tried].
  ///
  /// @return how many were removed
  long unlinkEqual(List<byte[]> keys, List<byte[]> digests) throws IOException, MoverException {
    List<byte[]> arguments = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      arguments.add(keys.get(i));
      arguments.add(digests.get(i));
    }
    return fence.script(connection, UNLINK_EQUAL, arguments).number();
  }

  /// Has [#unlinkWatched] fail if one of these keys changes before it.
  void watch(List<byte[]> keys) throws IOException, MoverException {
    drain();
    connection.begin(1 + keys.size()).arg("WATCH");
    for (byte[] key : keys) {
      connection.arg(key);
    }
    connection.flush();
    connection.answered();
  }

  /// Removes keys, if none of those that are watched has changed, and ends the watch.
  ///
  /// @return whether it did
  boolean unlinkWatched(List<byte[]> keys) throws IOException, MoverException {
    connection.send("MULTI");
    if (!keys.isEmpty()) {
      connection.begin(1 + keys.size()).arg(UNLINK);
      for (byte[] key : keys) {
        connection.arg(key);
      }
    }
    return !execute(keys.isEmpty() ? 0 : 1).isNil();
  }

  private Reply execute(int queued) throws IOException, MoverException {
    connection.send("EXEC");
    fence.sendWatch(connection);
    connection.flush();
    connection.answered();
    String refusal = null;
    for (int i = 0; i < queued; i++) {
      if (connection.read() instanceof Reply.Failure f) {
        refusal = f.message();
      }
    }
    Reply executed = connection.read();
    fence.check(connection);
    if (executed instanceof Reply.Failure f) {
      throw new RespFailure(
          connection.endpoint().toString(), refusal == null ? f.message() : refusal);
    }
    return executed;
  }

  RedisHome home() {
    return fence.home();
  }

  /// Waits until what was sent is there.
  void await() throws IOException, MoverException {
    if (outstanding >= 0) {
      int queued = outstanding;
      outstanding = -1;
      List<Reply> _ = executed(queued);
    }
  }

  /// Makes sure that the fence is still ours.
  void confirm() throws IOException, MoverException {
    drain();
    fence.watch(connection);
  }

  private List<Reply> executed(int queued) throws IOException, MoverException {
    connection.answered();
    String refusal = null;
    int refused = 0;
    for (int i = 0; i < queued; i++) {
      if (connection.read() instanceof Reply.Failure f && refusal == null) {
        refusal = f.message();
        refused = i;
      }
    }
    Reply executed = connection.read();
    fence.check(connection);
    if (refusal == null && executed instanceof Reply.Failure f) {
      refusal = f.message();
    }
    if (refusal == null && executed.isNil()) {
      throw new Failures.FenceInDoubt(
          fence.home() + ": the fence was touched while a transaction was on its way");
    }
    for (int i = 0; refusal == null && i < executed.items().size(); i++) {
      if (executed.items().get(i) instanceof Reply.Failure f) {
        refusal = f.message();
        refused = i;
      }
    }
    if (refusal != null) {
      RespFailure failure = new RespFailure(connection.endpoint().toString(), refusal);
      if (failure.passes()) {
        throw failure;
      }
      if (Failures.torn(refusal)) {
        throw new Failures.Torn(fence.home() + ": " + refusal);
      }
      if (refused < sent.size()) {
        throw limits.refused(sent.get(refused), refusal, failure);
      }
      throw Failures.refused(fence.home(), refusal, failure);
    }
    if (seal != null) {
      seal.arrived();
    }
    return executed.items();
  }

  static byte[] decimal(long value) {
    return Scope.utf8(Long.toString(value));
  }
}
