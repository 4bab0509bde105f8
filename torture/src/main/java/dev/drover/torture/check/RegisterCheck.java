package dev.drover.torture.check;

import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks a register whose values are each written once (P. Gibbons, E. Korach: Testing shared
/// memories, 1997).
///
/// A value's zone lies between the first end and the last begin of the operations with that value.
/// Where the end comes first, the register held the value throughout (a forward zone); else there
/// is a moment that all of them have in common (a backward one). The history is linearizable if and
/// only if no two forward zones overlap and no backward zone lies within a forward one.
final class RegisterCheck {
  private static final long DELETED = -1;
  private static final long AT_THE_END = Long.MAX_VALUE - 1;

  private final long key;
  private final List<Op> ops;
  private final Optional<Op> last;
  private final long somethingWasThereFromNanos;
  private final Optional<Op> deletion;

  /// @param found what stands there when everything has ended; empty if nobody knows
  RegisterCheck(long key, List<Op> ops, Optional<Long> found) {
    this.key = key;
    this.ops = ops;
    this.last =
        found.map(
            value ->
                new Op(-1, 0, key, Kind.GET, Outcome.DONE, -1, AT_THE_END, AT_THE_END, value, 0));
    this.somethingWasThereFromNanos =
        ops.stream()
            .filter(op -> op.kind() != Kind.GET || op.a() != Op.ABSENT)
            .mapToLong(Op::effectiveEndNanos)
            .min()
            .orElse(Long.MAX_VALUE);
    this.deletion =
        ops.stream()
            .filter(op -> op.kind() == Kind.DELETE && op.outcome() != Outcome.REFUSED)
            .findFirst();
  }

  /// All operations with one value, and the zone that they make.
  private record Zone(long value, Op first, Op latest, boolean forward, long low, long high) {
    static Zone of(long value, List<Op> ops) {
      Op first = ops.stream().min(Comparator.comparingLong(Op::effectiveEndNanos)).orElseThrow();
      Op latest = ops.stream().max(Comparator.comparingLong(Op::startNanos)).orElseThrow();
      long end = first.effectiveEndNanos();
      long begin = latest.startNanos();
      return new Zone(
          value, first, latest, end < begin, Math.min(end, begin), Math.max(end, begin));
    }

    boolean overlaps(Zone other) {
      return low < other.high && other.low < high;
    }

    boolean holds(Zone other) {
      return low < other.low && other.high < high;
    }
  }

  List<Finding> findings() {
    List<Finding> found = new ArrayList<>(invented());
    if (!found.isEmpty()) {
      return found;
    }
    List<Op> writes = ops.stream().filter(op -> op.kind().write()).toList();
    conflict(writes)
        .ifPresentOrElse(
            zones -> found.add(finding(Wrong.LOST, zones)),
            () -> conflict(ops).ifPresent(zones -> found.add(finding(Wrong.STALE, zones))));
    return found;
  }

  private List<Finding> invented() {
    Map<Long, Op> writes = new HashMap<>();
    ops.stream().filter(op -> op.kind().write()).forEach(op -> writes.put(valueOf(op), op));
    List<Finding> found = new ArrayList<>();
    List<Op> reads = new ArrayList<>(ops.stream().filter(op -> !op.kind().write()).toList());
    last.ifPresent(reads::add);
    for (Op read : reads) {
      long value = valueOf(read);
      Op write = writes.get(value);
      if (value == Op.ABSENT) {
        continue;
      }
      if (write == null) {
        found.add(new Finding(Wrong.INVENTED, key, "nobody wrote " + value, List.of(read)));
      } else if (write.outcome() == Outcome.REFUSED) {
        found.add(
            new Finding(
                Wrong.INVENTED,
                key,
                "the write of " + value + " was refused, and is there",
                List.of(write, read)));
      } else if (read.before(write)) {
        found.add(
            new Finding(
                Wrong.INVENTED,
                key,
                value + " was read before it was written",
                List.of(read, write)));
      }
    }
    return found.subList(0, Math.min(1, found.size()));
  }

  /// Two zones of these operations and the last read that exclude each other.
  private Optional<List<Zone>> conflict(List<Op> of) {
    Map<Long, List<Op>> byValue = new HashMap<>();
    of.stream()
        .filter(op -> op.outcome() != Outcome.REFUSED)
        .forEach(op -> byValue.computeIfAbsent(valueOf(op), v -> new ArrayList<>()).add(op));
    last.ifPresent(op -> byValue.computeIfAbsent(valueOf(op), v -> new ArrayList<>()).add(op));
    // A write of unknown outcome that nobody has read need not have happened.
    byValue.values().removeIf(RegisterCheck::onlyUnknown);
    List<Op> initial = byValue.get(Op.ABSENT);
    if (initial != null) {
      initial.add(
          new Op(
              -1,
              0,
              key,
              Kind.SET,
              Outcome.DONE,
              -1,
              Long.MIN_VALUE,
              Long.MIN_VALUE,
              Op.ABSENT,
              0));
    }
    List<Zone> zones = new ArrayList<>();
    byValue.forEach((value, each) -> zones.add(Zone.of(value, each)));
    return conflictOf(zones);
  }

  private static boolean onlyUnknown(List<Op> ops) {
    return ops.stream().allMatch(op -> op.outcome() == Outcome.UNKNOWN);
  }

  private static Optional<List<Zone>> conflictOf(List<Zone> zones) {
    List<Zone> forward =
        zones.stream().filter(Zone::forward).sorted(Comparator.comparingLong(Zone::low)).toList();
    for (int i = 1; i < forward.size(); i++) {
      if (forward.get(i - 1).overlaps(forward.get(i))) {
        return Optional.of(List.of(forward.get(i - 1), forward.get(i)));
      }
    }
    // Forward zones are disjoint now, so only the last one that begins before can hold another.
    List<Zone> backward =
        zones.stream()
            .filter(z -> !z.forward())
            .sorted(Comparator.comparingLong(Zone::low))
            .toList();
    int at = -1;
    for (Zone each : backward) {
      while (at + 1 < forward.size() && forward.get(at + 1).low() < each.low()) {
        at++;
      }
      if (at >= 0 && forward.get(at).holds(each)) {
        return Optional.of(List.of(forward.get(at), each));
      }
    }
    return Optional.empty();
  }

  /// The value that an operation has written or read. To read nothing is to read what was there at
  /// first, or what a deletion has left: the latter where something was there before, and the
  /// deletion had begun.
  private long valueOf(Op op) {
    if (op.kind() == Kind.DELETE) {
      return DELETED;
    }
    boolean deleted =
        op.a() == Op.ABSENT
            && somethingWasThereFromNanos < op.startNanos()
            && deletion.isPresent()
            && !op.before(deletion.get());
    return deleted ? DELETED : op.a();
  }

  private Finding finding(Wrong wrong, List<Zone> zones) {
    Zone held = zones.getFirst();
    Zone other = zones.getLast();
    List<Op> slice = new ArrayList<>();
    for (Zone zone : zones) {
      ops.stream()
          .filter(op -> op.kind().write() && valueOf(op) == zone.value())
          .forEach(slice::add);
      slice.add(zone.first());
      slice.add(zone.latest());
    }
    return new Finding(
        wrong,
        key,
        "%s was written and read over a time in which %s must have been there"
            .formatted(named(held.value()), named(other.value())),
        slice.stream().distinct().sorted(Comparator.comparingLong(Op::startNanos)).toList());
  }

  private static String named(long value) {
    if (value == DELETED) {
      return "nothing (deleted)";
    }
    return value == Op.ABSENT ? "nothing (not yet written)" : Long.toString(value);
  }
}
