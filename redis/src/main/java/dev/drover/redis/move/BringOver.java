package dev.drover.redis.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.redis.move.KeyReader.Sized;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// What a lost home still holds once it is there again: its keys go to where the scope is now,
/// unless they were written anew there. Those stay, and what the lost home held of them is kept at
/// it under `drover:aside:MOVE:KEY`, for people to look at.
///
/// First both homes are fenced, the lost one against writers too. Each key leaves the lost home
/// only after it has arrived, so that a crash loses none; a key that has arrived and was then found
/// again by whoever goes on is set aside.
final class BringOver {
  /// A value larger than this is not taken through this process, but set aside.
  private static final long VALUE_BYTES_MAX = 64L << 20;

  private static final byte[] NO_EXPIRY = {'0'};

  /// Restores each key that is not there, while the fence shows this term.
  private static final String RESTORE_ABSENT =
      "local seen = redis.call('GET', KEYS[1])"
          + " if seen ~= ARGV[1] then return redis.error_reply('FENCED ' .. tostring(seen)) end"
          + " local done = {}"
          + " for i = 2, #KEYS do"
          + " if redis.call('EXISTS', KEYS[i]) == 1 then done[i - 1] = 0 else"
          + " redis.call('RESTORE', KEYS[i], ARGV[2 * i - 2], ARGV[2 * i - 1]) done[i - 1] = 1 end"
          + " end return done";

  private final RedisHome lost;
  private final RedisHome owner;
  private final Undo undo;
  private final Scope scope;
  private final long term;
  private final Fence lostFence;
  private final Fence ownerFence;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private long broughtOver;
  private long setAside;

  BringOver(
      RedisHome lost,
      RedisHome owner,
      Undo undo,
      long term,
      RedisMoverOptions options,
      LongSupplier nanoClock) {
    this.lost = lost;
    this.owner = owner;
    this.undo = undo;
    this.scope = new Scope(undo.at().locator(), undo.options().excluded());
    this.term = term;
    this.lostFence = new Fence(lost, scope, term);
    this.ownerFence = new Fence(owner, scope, term);
    this.options = options;
    this.nanoClock = nanoClock;
  }

  void run(MoverListener listener) throws IOException, MoverException, InterruptedException {
    Progress progress = new Progress(listener, nanoClock);
    try (RespConnection here = Homes.connect(lost, options);
        RespConnection removing = Homes.connect(lost, options);
        RespConnection there = Homes.connect(owner, options)) {
      ServerFacts facts = ServerFacts.read(here);
      Homes.check(lost, facts);
      lostFence.raise(here);
      AclFencing users = new AclFencing(scope, lostFence);
      if (users.possible(facts)) {
        users.raise(here);
      }
      ownerFence.raise(there);
      FencedWriter writer = new FencedWriter(removing, lostFence, options);
      try (Scan scan = Scan.begin(Homes.connect(lost, options), scope)) {
        while (!scan.done()) {
          for (List<byte[]> batch : batches(here, scan.next(), writer)) {
            bring(here, there, writer, batch);
          }
          writer.drain();
          progress.tell(undo.action(), broughtOver, -1, 0, "");
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while bringing keys over");
          }
        }
      }
    }
    progress.end(undo.action(), broughtOver, 0);
    listener.broughtOver(lost.id(), broughtOver, setAside);
  }

  /// So many keys at a time as fit one exchange; what is too large for any is set aside.
  private List<List<byte[]>> batches(RespConnection here, List<byte[]> page, FencedWriter writer)
      throws IOException, MoverException {
    List<List<byte[]>> batches = new ArrayList<>();
    List<byte[]> batch = new ArrayList<>();
    long bytes = 0;
    for (Sized key : Sized.read(here, page)) {
      if (key.bytes() > VALUE_BYTES_MAX) {
        setAside(writer, key.key());
        continue;
      }
      if (!batch.isEmpty()
          && (bytes + key.bytes() > options.batchBytesMax()
              || batch.size() >= options.batchKeysMax())) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(key.key());
      bytes += key.bytes();
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private void bring(
      RespConnection here, RespConnection there, FencedWriter writer, List<byte[]> keys)
      throws IOException, MoverException {
    for (byte[] key : keys) {
      here.send("DUMP", key).send("PTTL", key);
    }
    here.flush();
    List<byte[]> found = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    for (byte[] key : keys) {
      Reply payload = here.answered();
      long expiresIn = here.answered().number();
      if (!payload.isNil()) {
        found.add(key);
        values.add(expiresIn > 0 ? FencedWriter.decimal(expiresIn) : NO_EXPIRY);
        values.add(payload.bytes());
      }
    }
    if (found.isEmpty()) {
      return;
    }
    List<Reply> restored = restore(there, found, values).items();
    for (int i = 0; i < found.size(); i++) {
      if (restored.get(i).number() == 1) {
        writer.delete(found.get(i));
        broughtOver++;
      } else {
        setAside(writer, found.get(i));
      }
    }
  }

  private Reply restore(RespConnection there, List<byte[]> keys, List<byte[]> values)
      throws IOException, MoverException {
    there.begin(3 + 1 + keys.size() + 1 + values.size());
    there.arg("EVAL").arg(RESTORE_ABSENT).arg(1 + keys.size()).arg(scope.fenceKey());
    for (byte[] key : keys) {
      there.arg(key);
    }
    there.arg(term);
    for (byte[] value : values) {
      there.arg(value);
    }
    there.flush();
    Reply reply = there.read();
    if (reply instanceof Reply.Failure f) {
      if (f.message().startsWith("FENCED")) {
        throw new MoverException.Fenced(
            owner + " has been fenced by another driver meanwhile: " + f.message());
      }
      throw Failures.refused(owner, f.message(), null);
    }
    return reply;
  }

  private void setAside(FencedWriter writer, byte[] key) throws IOException, MoverException {
    writer.command(Scope.utf8("RENAME"), key, Scope.aside(undo.move(), key));
    setAside++;
  }
}
