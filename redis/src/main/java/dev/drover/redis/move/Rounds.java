package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/// Brings changed keys and all streams over, round by round. A few keys go on the caller's thread,
/// which is quickest; many are spread over the lanes.
final class Rounds {
  private static final int PAGE_KEYS = 512;
  private static final int SEQUENTIAL_KEYS_MAX = 1024;

  /// What a round did.
  ///
  /// @param changed how many keys and streams had changed
  /// @param applied how many writes that took at the target
  /// @param differing those that differed right after they had been brought over, if compared
  /// @param streams those of which only what tracking does not see had changed
  record Round(long changed, long applied, KeySet differing, KeySet streams) {}

  private final Known known;
  private final Rates rates;
  private final Progress progress;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;

  Rounds(
      Known known,
      Rates rates,
      Progress progress,
      RedisMoverOptions options,
      LongSupplier nanoClock) {
    this.known = known;
    this.rates = rates;
    this.progress = progress;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  /// Brings these keys and all streams over; all has arrived when it returns.
  Round run(Wiring w, KeySet taken, boolean compare)
      throws IOException, MoverException, InterruptedException {
    long began = nanoClock.getAsLong();
    KeySet differing = newKeySet();
    long appliedBefore = applied(w);
    w.lanes().forEach(CopyLane::beginRound);
    Differing outcome = new Differing(differing);
    if (compare) {
      each(w, taken, (lane, page) -> lane.shipAndCompare(page, outcome));
    } else {
      each(w, taken, CopyLane::ship);
    }
    w.lane().writer().drain();
    long applied = applied(w) - appliedBefore;
    rates.applied(Math.max(applied, taken.size()), nanoClock.getAsLong() - began);
    KeySet changedStreams = streams(w, taken);
    if (compare) {
      each(w, changedStreams, (lane, page) -> lane.compareShipped(page, outcome));
    }
    long changed = (long) taken.size() + changedStreams.size();
    return new Round(changed, applied + changedStreams.size(), differing, changedStreams);
  }

  /// Looks at every stream that is not among the keys just shipped.
  ///
  /// @return those that had changed
  private KeySet streams(Wiring w, KeySet taken)
      throws IOException, MoverException, InterruptedException {
    long began = nanoClock.getAsLong();
    KeySet changed = newKeySet();
    List<byte[]> streams = known.streams();
    if (streams.isEmpty()) {
      return changed;
    }
    CopyLane lane = w.lane();
    for (int at = 0; at < streams.size(); at += PAGE_KEYS) {
      List<byte[]> page =
          streams.subList(at, Math.min(streams.size(), at + PAGE_KEYS)).stream()
              .filter(key -> !taken.contains(key))
              .toList();
      lane.refresh(page, changed);
    }
    lane.writer().drain();
    rates.streams(nanoClock.getAsLong() - began);
    return changed;
  }

  private static long applied(Wiring w) throws IOException, MoverException {
    return w.lanes().stream().mapToLong(CopyLane::applied).sum();
  }

  /// When this returns, what a few keys were sent by may still be on its way.
  private void each(Wiring w, KeySet keys, PageWorkers.Work work)
      throws IOException, MoverException, InterruptedException {
    if (keys.isEmpty()) {
      return;
    }
    if (keys.size() <= SEQUENTIAL_KEYS_MAX) {
      work.on(w.lane(), keys.page(0, keys.size()));
      return;
    }
    int[] at = {0};
    PageWorkers.run(
        w.lanes(),
        () -> {
          List<byte[]> page = keys.page(at[0], PAGE_KEYS);
          at[0] += page.size();
          return page.isEmpty() ? null : page;
        },
        work,
        () -> progress.tell("follow", at[0], keys.size(), 0, ""));
  }

  private KeySet newKeySet() {
    return options.dirty().newSet();
  }

  /// Gathers what differs.
  private record Differing(KeySet into) implements CopyLane.Outcome {
    @Override
    public void equal(byte[] key, Fingerprint print) {}

    @Override
    public void differs(byte[] key, Fingerprint source, Fingerprint target) {
      synchronized (into) {
        into.add(key);
      }
    }
  }
}
