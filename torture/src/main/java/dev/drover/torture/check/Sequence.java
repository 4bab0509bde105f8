package dev.drover.torture.check;

import dev.drover.torture.history.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Operations whose order their answers give: the write that made a sequence `n` long comes before
/// the reads that saw it `n` long, and those before the write that made it longer.
final class Sequence {
  private record At(long place, Op op) {}

  private final List<At> all = new ArrayList<>();

  /// A write that made the sequence so long.
  void wrote(long length, Op op) {
    all.add(new At(2 * length, op));
  }

  /// A read that saw it so long.
  void read(long length, Op op) {
    all.add(new At(2 * length + 1, op));
  }

  /// Two operations of which the second comes later in the order although it had ended before the
  /// first one began.
  Optional<List<Op>> backwards() {
    all.sort(Comparator.comparingLong(At::place));
    Op latest = null;
    Op latestOfPlace = null;
    long place = Long.MIN_VALUE;
    for (At each : all) {
      if (each.place() != place) {
        latest = later(latest, latestOfPlace);
        latestOfPlace = null;
        place = each.place();
      }
      if (latest != null && each.op().before(latest)) {
        return Optional.of(List.of(each.op(), latest));
      }
      latestOfPlace = later(latestOfPlace, each.op());
    }
    return Optional.empty();
  }

  private static @org.jspecify.annotations.Nullable Op later(
      @org.jspecify.annotations.Nullable Op a, @org.jspecify.annotations.Nullable Op b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.startNanos() >= b.startNanos() ? a : b;
  }

  /// The first of `missing` (lengths that no acknowledged write has made, ascending) that no write
  /// of unknown outcome can have made: each of those made one at most, and only after it had begun.
  ///
  /// @param unknown writes of unknown outcome
  Optional<Long> unexplained(List<Long> missing, List<Op> unknown) {
    ToLongFunction<Op> begin = Op::startNanos;
    List<Op> earliest = unknown.stream().sorted(Comparator.comparingLong(begin)).toList();
    all.sort(Comparator.comparingLong(At::place));
    int from = all.size() - 1;
    // From the longest down: until when must this length have been reached?
    long[] deadlines = new long[missing.size()];
    long end = Long.MAX_VALUE;
    for (int i = missing.size() - 1; i >= 0; i--) {
      while (from >= 0 && all.get(from).place() >= 2 * missing.get(i)) {
        end = Math.min(end, all.get(from).op().effectiveEndNanos());
        from--;
      }
      deadlines[i] = end;
    }
    for (int i = 0; i < missing.size(); i++) {
      if (i >= earliest.size() || earliest.get(i).startNanos() > deadlines[i]) {
        return Optional.of(missing.get(i));
      }
    }
    return Optional.empty();
  }
}
