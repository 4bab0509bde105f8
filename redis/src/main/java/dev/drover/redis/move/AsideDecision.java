package dev.drover.redis.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Does what an operator has decided on what stands [Aside] of a move: drops it, or brings it to
/// where the scope is now.
///
/// A key leaves its place aside only after it has arrived. With the value arrives a note that it
/// has: whoever goes on after a crash does not bring it again, since a client may have deleted it
/// meanwhile. Of a key that stands aside several times the last one is brought; the others stay.
final class AsideDecision {
  /// A value larger than this is not taken through this process, and stays.
  private static final long VALUE_BYTES_MAX = 64L << 20;

  private static final String BRING =
      "local done = redis.call('SISMEMBER', KEYS[1], ARGV[1])"
          + " if done == 0 and (ARGV[4] == '1' or redis.call('EXISTS', KEYS[2]) == 0) then"
          + " redis.call('RESTORE', KEYS[2], ARGV[2], ARGV[3], 'REPLACE')"
          + " redis.call('SADD', KEYS[1], ARGV[1]) done = 1 end"
          + " return done";

  private final Undo undo;
  private final RedisHome home;
  private final RedisHome owner;
  private final Fence homeFence;
  private final Fence ownerFence;
  private final RedisMoverOptions options;
  private final Aside aside;
  private final byte[] arrived;
  private long done;

  /// @param home where it stands
  /// @param owner where the scope is now
  AsideDecision(
      Undo undo,
      Scope scope,
      RedisHome home,
      RedisHome owner,
      long term,
      RedisMoverOptions options) {
    this.undo = undo;
    this.home = home;
    this.owner = owner;
    this.homeFence = new Fence(home, scope, term);
    this.ownerFence = new Fence(owner, scope, term);
    this.options = options;
    this.aside = new Aside(undo.move());
    this.arrived = Scope.arrived(undo.move());
  }

  /// @param here to its home, where the fence has been raised
  Kept drop(RespConnection here, Progress progress)
      throws IOException, MoverException, InterruptedException {
    try (RespConnection writing = Homes.connect(home, options)) {
      FencedWriter writer = new FencedWriter(writing, homeFence, options);
      aside.each(
          here,
          names -> {
            for (byte[] name : names) {
              writer.delete(name);
            }
            writer.drain();
            done += names.size();
            progress.tell(undo.action(), done, -1, 0, "");
          });
    }
    return left(here, progress);
  }

  /// @param here to its home, where the fence has been raised
  Kept bring(RespConnection here, Progress progress)
      throws IOException, MoverException, InterruptedException {
    try (RespConnection removing = Homes.connect(home, options);
        RespConnection reading = Homes.connect(home, options);
        RespConnection there = Homes.connect(owner, options)) {
      ownerFence.raise(there);
      FencedWriter bringer = new FencedWriter(there, ownerFence, options);
      FencedWriter remover = new FencedWriter(removing, homeFence, options);
      leave(bringer, remover);
      aside.each(
          here,
          names -> {
            for (byte[] name : names) {
              bring(reading, bringer, name);
            }
            leave(bringer, remover);
            progress.tell(undo.action(), done, -1, 0, "");
          });
    }
    return left(here, progress);
  }

  private void bring(RespConnection reading, FencedWriter bringer, byte[] name)
      throws IOException, MoverException {
    KeyReader.Sized sized = KeyReader.Sized.read(reading, List.of(name)).getFirst();
    if (sized.bytes() > VALUE_BYTES_MAX || reading.call("EXISTS", aside.next(name)).number() == 1) {
      return;
    }
    reading.send("DUMP", name).send("PTTL", name).flush();
    Reply payload = reading.answered();
    long expiresIn = reading.answered().number();
    if (payload.isNil()) {
      return;
    }
    List<byte[]> command = new ArrayList<>();
    command.add(Scope.utf8("EVAL"));
    command.add(Scope.utf8(BRING));
    command.add(FencedWriter.decimal(2));
    command.add(arrived);
    command.add(aside.original(name).orElseThrow());
    command.add(name);
    command.add(FencedWriter.decimal(Math.max(0, expiresIn)));
    command.add(payload.bytes());
    command.add(Scope.utf8(undo.action().equals(Undo.REPLACE_BY_ASIDE) ? "1" : "0"));
    done += bringer.run(command.toArray(byte[][]::new)).number();
  }

  /// What has arrived leaves its place, and then the note of it goes.
  private void leave(FencedWriter bringer, FencedWriter remover)
      throws IOException, MoverException {
    for (Reply name : bringer.run(Scope.utf8("SMEMBERS"), arrived).items()) {
      remover.delete(name.bytes());
    }
    remover.drain();
    bringer.delete(arrived);
    bringer.drain();
  }

  private Kept left(RespConnection here, Progress progress)
      throws IOException, MoverException, InterruptedException {
    progress.end(undo.action(), done, 0);
    return aside.kept(
        home,
        here,
        false,
        "they stayed when the others were brought to "
            + owner
            + ": their keys stand there, they are too big, or they stand aside more than once");
  }
}
