package dev.drover.redis.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
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
/// only after it has arrived, so that a crash loses none. With the value arrives a note that it
/// has: whoever goes on after a crash removes those keys at the lost home and does not bring them
/// again, since a client may have deleted them meanwhile.
final class BringOver {
  /// A value larger than this is not taken through this process, but set aside.
  private static final long VALUE_BYTES_MAX = 64L << 20;

  private static final byte[] NO_EXPIRY = {'0'};

  private static final int STANDS_ALREADY = 0;
  private static final int ARRIVED_NOW = 1;

  /// Restores each key that is not there, and notes those that it has restored: a scan may show a
  /// key twice, and a client may have deleted it in between.
  private static final String RESTORE_ABSENT =
      "local done = {}"
          + " for i = 2, #KEYS do"
          + " if redis.call('SISMEMBER', KEYS[1], KEYS[i]) == 1 then done[i - 1] = 2"
          + " elseif redis.call('EXISTS', KEYS[i]) == 1 then done[i - 1] = 0"
          + " else redis.call('RESTORE', KEYS[i], ARGV[2 * i - 3], ARGV[2 * i - 2])"
          + " redis.call('SADD', KEYS[1], KEYS[i]) done[i - 1] = 1 end"
          + " end return done";

  private final RedisHome lost;
  private final RedisHome owner;
  private final Undo undo;
  private final Scope scope;
  private final Aside aside;
  private final byte[] arrived;
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
    this.aside = new Aside(undo.move());
    this.arrived = Scope.arrived(undo.move());
    this.lostFence = new Fence(lost, scope, term);
    this.ownerFence = new Fence(owner, scope, term);
    this.options = options;
    this.nanoClock = nanoClock;
  }

  Kept run(MoverListener listener) throws IOException, MoverException, InterruptedException {
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
      FencedWriter remover = new FencedWriter(removing, lostFence, options);
      FencedWriter bringer = new FencedWriter(there, ownerFence, options);
      left(bringer, remover);
      try (Scan scan = Scan.begin(Homes.connect(lost, options), scope)) {
        while (!scan.done()) {
          for (List<byte[]> batch : batches(here, scan.next(), remover)) {
            bring(here, bringer, remover, batch);
          }
          left(bringer, remover);
          progress.tell(undo.action(), broughtOver, -1, 0, "");
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while bringing keys over");
          }
        }
      }
      progress.end(undo.action(), broughtOver, 0);
      listener.broughtOver(
          lost.id(),
          "%,d keys that the fallback lacked were brought over; %,d that were written anew there stay as they are, and their old values are set aside at '%s' as drover:aside:"
              .formatted(broughtOver, setAside, lost.id()));
      return aside.kept(
          lost, here, false, "they were written anew at the fallback before it was back");
    }
  }

  /// So many keys at a time as fit one exchange; what is too large for any is set aside.
  private List<List<byte[]>> batches(RespConnection here, List<byte[]> page, FencedWriter remover)
      throws IOException, MoverException {
    List<List<byte[]>> batches = new ArrayList<>();
    List<byte[]> batch = new ArrayList<>();
    long bytes = 0;
    for (Sized key : Sized.read(here, page)) {
      if (key.bytes() > VALUE_BYTES_MAX) {
        setAside(remover, key.key());
        continue;
      }
      if (!batch.isEmpty()
          && (bytes + key.bytes() > options.batch().bytesMax()
              || batch.size() >= options.batch().keysMax())) {
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
      RespConnection here, FencedWriter bringer, FencedWriter remover, List<byte[]> keys)
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
    List<Reply> restored = restore(bringer, found, values).items();
    for (int i = 0; i < found.size(); i++) {
      long outcome = restored.get(i).number();
      if (outcome == ARRIVED_NOW) {
        broughtOver++;
      } else if (outcome == STANDS_ALREADY) {
        setAside(remover, found.get(i));
      }
    }
  }

  private Reply restore(FencedWriter bringer, List<byte[]> keys, List<byte[]> values)
      throws IOException, MoverException {
    List<byte[]> command = new ArrayList<>();
    command.add(Scope.utf8("EVAL"));
    command.add(Scope.utf8(RESTORE_ABSENT));
    command.add(FencedWriter.decimal(1 + keys.size()));
    command.add(arrived);
    command.addAll(keys);
    command.addAll(values);
    return bringer.run(command.toArray(byte[][]::new));
  }

  /// What has arrived leaves the lost home, and then the note of it goes.
  private void left(FencedWriter bringer, FencedWriter remover) throws IOException, MoverException {
    for (Reply key : bringer.run(Scope.utf8("SMEMBERS"), arrived).items()) {
      remover.delete(key.bytes());
    }
    remover.drain();
    bringer.delete(arrived);
    bringer.drain();
  }

  private void setAside(FencedWriter remover, byte[] key) throws IOException, MoverException {
    aside.take(remover, List.of(key));
    setAside++;
  }
}
