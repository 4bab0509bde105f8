package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Verification;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Compares all of both homes while the source is written.
///
/// A difference proves nothing by itself: the key may just have changed. So what differs is looked
/// at again after a sentinel: a key that was dirty is brought over as usual; one that was not has
/// been copied wrongly, is brought over again and counted as mended; one that differs even so,
/// again and again, ends the move. A key that never stops changing stays undecided, for the settle
/// to compare; a big one that has changed does at once, since each look at it takes long.
final class Verifier {
  private static final int SUSPECTS_MAX = 100_000;
  private static final long SUSPECT_BYTES_MAX = 8L << 20;
  private static final int ROUNDS_MAX = 8;
  private static final int MENDS_MAX = 3;
  private static final int PAGE_KEYS = 512;

  /// Brings keys over and says which of them differ even so.
  interface Mending {
    KeySet mend(Wiring wiring, KeySet keys)
        throws IOException, MoverException, InterruptedException;
  }

  /// Waits until every change so far is captured.
  interface Syncing {
    boolean sync(Wiring wiring) throws IOException, InterruptedException;
  }

  private final Wiring wiring;
  private final Known known;
  private final Mending mending;
  private final Syncing syncing;
  private final Progress progress;
  private final Map<Key, Integer> mends = new HashMap<>();
  private Tally tally;
  private KeySet undecided = suspects();
  private final KeySet left = unbounded();

  Verifier(Wiring wiring, Known known, Mending mending, Syncing syncing, Progress progress) {
    this.wiring = wiring;
    this.known = known;
    this.mending = mending;
    this.syncing = syncing;
    this.progress = progress;
    this.tally = new Tally(false);
  }

  private static KeySet suspects() {
    return new KeySet(SUSPECTS_MAX, SUSPECT_BYTES_MAX);
  }

  /// Keys that never stopped changing.
  KeySet undecided() {
    return undecided;
  }

  Verification verification() {
    return new Verification(tally.items, tally.bytes, mends.size(), tally.digest.toString());
  }

  /// @return false if more differs than may be remembered: a comparing copy has to come first
  boolean run() throws IOException, MoverException, InterruptedException {
    tally = new Tally(wiring.lane().exactExpiry());
    long total = wiring.source().call("DBSIZE").number();
    try (Scan scan = wiring.scan(wiring.homes().source(), Scan.START)) {
      sweep(scan, (lane, page) -> lane.compare(page, tally), total);
    }
    try (Scan scan = wiring.scan(wiring.homes().target(), Scan.START)) {
      sweep(scan, (lane, page) -> tally.suspect(lane.missingAtSource(page)), total);
    }
    if (tally.overflown) {
      return false;
    }
    undecided = resolve(tally.suspects);
    if (!undecided.addAll(left)) {
      return false;
    }
    progress.end("verify", tally.items, tally.bytes);
    return true;
  }

  private void sweep(Scan scan, PageWorkers.Work work, long total)
      throws IOException, MoverException, InterruptedException {
    PageWorkers.run(
        wiring.lanes(),
        () -> scan.done() ? null : scan.next(),
        work,
        () -> progress.tell("verify", tally.items, total, tally.bytes, ""));
  }

  private KeySet resolve(KeySet differing)
      throws IOException, MoverException, InterruptedException {
    KeySet suspects = differing;
    for (int i = 0; i < ROUNDS_MAX && !suspects.isEmpty(); i++) {
      progress.tell(
          "verify",
          tally.items,
          -1,
          tally.bytes,
          "key %s to be the same at both homes: it has changed since it was copied, so it is brought over and compared again (round %d of %d)"
              .formatted(Scope.shown(suspects.get(0)), i + 1, ROUNDS_MAX));
      if (!syncing.sync(wiring)) {
        return suspects;
      }
      KeySet changed = wiring.capture().take();
      suspects = leave(changed, suspects);
      KeySet next = without(mending.mend(wiring, small(changed)), left::contains);
      // The next comparison must not blame on the copy what has changed since.
      Tally again = new Tally(tally.exactExpiry);
      compare(suspects, again);
      if (!syncing.sync(wiring)) {
        return suspects;
      }
      KeySet wrong = suspects();
      for (int k = 0; k < again.suspects.size(); k++) {
        byte[] key = again.suspects.get(k);
        if (known.isBig(key) && wiring.capture().isDirty(key)) {
          left.add(key);
          continue;
        }
        next.add(key);
        if (!changed.contains(key) && !wiring.capture().isDirty(key) && !known.isStream(key)) {
          wrong.add(key);
          count(key);
        }
      }
      if (!wrong.isEmpty()) {
        mending.mend(wiring, wrong);
      }
      tally.add(again);
      suspects = next;
    }
    return suspects;
  }

  /// Leaves the big keys among the changed ones for the settle.
  ///
  /// @return the suspects without them
  private KeySet leave(KeySet changed, KeySet suspects) {
    changed.page(0, changed.size()).stream().filter(known::isBig).forEach(left::add);
    return without(suspects, left::contains);
  }

  private KeySet small(KeySet changed) {
    return without(changed, known::isBig);
  }

  private static KeySet without(KeySet keys, Predicate<byte[]> which) {
    KeySet others = unbounded();
    keys.page(0, keys.size()).stream().filter(which.negate()).forEach(others::add);
    return others;
  }

  /// For what is bounded already.
  private static KeySet unbounded() {
    return new KeySet(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private void count(byte[] key) throws MoverException {
    if (mends.merge(new Key(key), 1, Integer::sum) > MENDS_MAX) {
      throw new MoverException.Mismatch(
          "key "
              + Scope.shown(key)
              + " differs between "
              + wiring.homes().source()
              + " and "
              + wiring.homes().target()
              + " although it was brought over "
              + MENDS_MAX
              + " times and nothing is known to change it");
    }
  }

  private void compare(KeySet keys, Tally into)
      throws IOException, MoverException, InterruptedException {
    CopyLane lane = wiring.lane();
    for (int at = 0; at < keys.size(); at += PAGE_KEYS) {
      lane.compare(keys.page(at, PAGE_KEYS), into);
    }
  }

  /// What a comparison has shown so far. Thread-safe.
  private final class Tally implements CopyLane.Outcome {
    private final boolean exactExpiry;
    private final Digest digest = new Digest();
    private final KeySet suspects = suspects();
    private volatile long items;
    private volatile long bytes;
    private volatile boolean overflown;

    Tally(boolean exactExpiry) {
      this.exactExpiry = exactExpiry;
    }

    @Override
    public synchronized void equal(byte[] key, Fingerprint print) {
      if (!print.absent()) {
        items++;
        bytes += key.length + print.bytes();
        print.addTo(digest, key, exactExpiry);
      }
    }

    @Override
    public synchronized void differs(byte[] key, Fingerprint source, Fingerprint target)
        throws IOException {
      suspect(key);
    }

    synchronized void suspect(List<byte[]> keys) throws IOException {
      for (byte[] key : keys) {
        suspect(key);
      }
    }

    /// A key that is known to be dirty will be brought over and compared anyway, so it need not be
    /// remembered; it is only missing in the digest then.
    private void suspect(byte[] key) throws IOException {
      if (!suspects.add(key) && !wiring.capture().isDirty(key)) {
        overflown = true;
      }
    }

    synchronized void add(Tally that) {
      items += that.items;
      bytes += that.bytes;
      digest.add(that.digest);
    }
  }
}
