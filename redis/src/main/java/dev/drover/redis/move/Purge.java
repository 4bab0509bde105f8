package dev.drover.redis.move;

import dev.drover.core.Undo;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes the old copy after a move, and nothing else: a key that was written at the old home
/// after the last tail is set aside there.
///
/// Keys are watched first. Then capture is asked, by a sentinel, which of them have changed since
/// the last tail; those that have not are removed in a transaction that fails if one of them
/// changes before it. So each key is looked at and removed in one step. Without capture (it broke,
/// or another driver has taken over) nobody knows what has changed: then a key is removed only if
/// the new home holds the same, and set aside otherwise. Most of what is set aside so was written
/// by nobody around the gateways: clients go on writing at the new home, and what they change there
/// before its old copy is compared differs from that.
///
/// What is seen to have changed need not have been written around the gateways either. A gateway
/// that loses its connection gives the pass back and tells its client that the outcome is unknown.
/// Such a write may be on its way still, and reach the old home after the last tail.
///
/// If the new home lost what it had, the old copy is the last one: all of it is set aside.
final class Purge {
  /// Servers before 7.2 look through all that a client watches with each key more.
  private static final int PART_KEYS = 200;

  private static final int TRIES_MAX = 100;

  /// A larger value is not digested in one go.
  private static final long DIGEST_BYTES_MAX = 4L << 20;

  private final Undo undo;
  private final Scope scope;
  private final RedisHome old;
  private final RedisHome owner;
  private final Fence fence;
  private final RedisMoverOptions options;
  private final Pacer pacer;
  private final Progress progress;
  private final Aside aside;
  private final KeySet strays;
  private @Nullable OldHome watch;
  private boolean ownerLost;

  /// Why nobody knows what has changed at the old home since the last tail.
  private String unwatched = "another driver than the one that saw the last tail purges";

  private boolean compared;
  private boolean left;
  private long removed;

  /// @param fence of the old home
  /// @param watch null if nobody has watched the old home since the last tail
  Purge(
      Undo undo,
      Scope scope,
      RedisHome old,
      RedisHome owner,
      Fence fence,
      RedisMoverOptions options,
      Pacer pacer,
      Progress progress,
      @Nullable OldHome watch) {
    this.undo = undo;
    this.scope = scope;
    this.old = old;
    this.owner = owner;
    this.fence = fence;
    this.options = options;
    this.pacer = pacer;
    this.progress = progress;
    this.watch = watch;
    this.aside = new Aside(undo.move());
    this.strays = options.dirty().newSet();
  }

  /// The connections of one run.
  ///
  /// @param here to the old home, `there` to the new one
  private record Wires(
      RespConnection here,
      RespConnection there,
      FencedWriter writer,
      Sentinels sentinels,
      Fingerprinter herePrints,
      Fingerprinter therePrints,
      boolean exactExpiry) {}

  /// @param here to the old home, where the fence has been raised
  Kept run(RespConnection here) throws IOException, MoverException, InterruptedException {
    try (RespConnection there = Homes.connect(owner, options);
        RespConnection writing = Homes.connect(old, options)) {
      Wires w = wires(here, there, new FencedWriter(writing, fence, options));
      try (Scan scan = Scan.begin(Homes.connect(old, options), scope)) {
        while (!scan.done()) {
          List<byte[]> page = scan.next();
          pacer.items(page.size());
          for (int at = 0; at < page.size(); at += PART_KEYS) {
            part(w, page.subList(at, Math.min(page.size(), at + PART_KEYS)));
          }
          progress.tell(undo.action(), removed, -1, 0, "");
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while removing keys");
          }
        }
      }
      if (left) {
        throw new MoverException.Unreachable(
            old + " is full, and large keys are left there: they are removed in the next try",
            null);
      }
      lastLook(w);
      w.writer.unlink(List.of(scope.markKey()));
      Witness.forget(undo.move(), scope, there);
    }
    progress.end(undo.action(), removed, 0);
    return aside.kept(old, here, !ownerLost, why());
  }

  private Wires wires(RespConnection here, RespConnection there, FencedWriter writer)
      throws IOException {
    ServerFacts from = ServerFacts.read(here);
    ServerFacts to = ServerFacts.read(there);
    boolean seven = from.atLeast(7, 0) && to.atLeast(7, 0);
    return new Wires(
        here,
        there,
        writer,
        new Sentinels(here, scope, undo.move()),
        new Fingerprinter(here, from, seven, options),
        new Fingerprinter(there, to, seven, options),
        from.exactExpiry() && to.exactExpiry());
  }

  private void part(Wires w, List<byte[]> keys)
      throws IOException, MoverException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      w.writer.watch(keys);
      List<byte[]> remove = removable(w, keys);
      try {
        if (w.writer.unlinkWatched(remove)) {
          removed += remove.size();
          return;
        }
      } catch (RespFailure e) {
        if (!Failures.full(e)) {
          throw e;
        }
        partWhenFull(w, keys);
        return;
      }
    }
    throw new MoverException.Unreachable(
        old + ": keys like " + Scope.shown(keys.getFirst()) + " are written there all the time",
        null);
  }

  /// A home that is full queues nothing for a transaction. There keys are removed by a script, if
  /// they hold what they held before the look.
  private void partWhenFull(Wires w, List<byte[]> keys)
      throws IOException, MoverException, InterruptedException {
    List<byte[]> small =
        KeyReader.Sized.read(w.here, keys).stream()
            .filter(key -> key.bytes() <= DIGEST_BYTES_MAX)
            .map(KeyReader.Sized::key)
            .toList();
    List<byte[]> digests = w.writer.digests(small);
    List<byte[]> remove = removable(w, small);
    List<byte[]> same = new ArrayList<>();
    List<byte[]> their = new ArrayList<>();
    for (int i = 0; i < small.size(); i++) {
      if (remove.contains(small.get(i))) {
        same.add(small.get(i));
        their.add(digests.get(i));
      }
    }
    removed += w.writer.unlinkEqual(same, their);
    if (small.size() < keys.size()) {
      left = true;
    }
  }

  /// Those of the watched keys that may be removed.
  private List<byte[]> removable(Wires w, List<byte[]> keys)
      throws IOException, MoverException, InterruptedException {
    OldHome watching = watch;
    if (watching != null && !watching.witness().arrivedAt(w.there)) {
      ownerLost = true;
    }
    if (ownerLost) {
      aside.take(w.writer, keys);
      return List.of();
    }
    if (watching != null && look(w, watching)) {
      return keys.stream().filter(key -> !strays.contains(key)).toList();
    }
    return equal(w, keys);
  }

  /// Learns which keys have been written at the old home since the last look.
  ///
  /// @return false if that is not known
  private boolean look(Wires w, OldHome watching) throws IOException, InterruptedException {
    boolean whole = w.sentinels.sync(watching.capture());
    KeySet changed = watching.capture().take();
    List<byte[]> names = changed.page(0, changed.size());
    for (byte[] key : names) {
      w.here.send("EXISTS", key);
    }
    w.here.flush();
    for (byte[] key : names) {
      // What was removed here has changed too, but is gone.
      boolean there = w.here.answered().number() == 1;
      whole &= !there || strays.add(key);
    }
    if (!whole) {
      unwatched = "the old home was not watched throughout: " + watching.capture().lost();
      progress.captureLost("strays are found by comparing: " + watching.capture().lost());
      watching.close();
      watch = null;
    }
    return whole;
  }

  /// Those of the watched keys that the new home holds just so; the others are set aside.
  private List<byte[]> equal(Wires w, List<byte[]> keys) throws IOException, MoverException {
    compared = true;
    w.herePrints.ask(keys);
    w.therePrints.ask(keys);
    Fingerprint[] here = w.herePrints.answers();
    Fingerprint[] there = w.therePrints.answers();
    long now = Math.max(w.herePrints.now(), w.therePrints.now());
    List<byte[]> equal = new ArrayList<>();
    List<byte[]> differing = new ArrayList<>();
    for (int i = 0; i < here.length; i++) {
      boolean same = !strays.contains(keys.get(i)) && here[i].matches(there[i], now, w.exactExpiry);
      (same ? equal : differing).add(keys.get(i));
    }
    if (differing.isEmpty()) {
      return equal;
    }
    aside.take(w.writer, differing);
    if (equal.isEmpty()) {
      return equal;
    }
    // That transaction has ended the watch.
    w.writer.watch(equal);
    return equal(w, equal);
  }

  /// Sets aside what was written at the old home up to now. What comes later stays where it is.
  private void lastLook(Wires w) throws IOException, MoverException, InterruptedException {
    OldHome watching = watch;
    if (watching != null) {
      boolean _ = look(w, watching);
    }
    for (int at = 0; at < strays.size(); at += PART_KEYS) {
      aside.take(w.writer, strays.page(at, PART_KEYS));
    }
  }

  private String why() {
    if (ownerLost) {
      return owner
          + " came back with less than was copied to it, so that the old copy may be the last one";
    }
    return compared
        ? "they differ from "
            + owner
            + ", and it is not known whether clients have changed them there since the move or somebody"
            + " has written at the old home after the last tail, because "
            + unwatched
        : "they were written at the old home after the last tail, by somebody around the gateways or by"
            + " a write that came late: one whose outcome a gateway had told its client to be unknown";
  }
}
