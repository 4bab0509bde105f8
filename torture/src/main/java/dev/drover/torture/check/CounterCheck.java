package dev.drover.torture.check;

import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks a counter: each increment that was acknowledged has counted to a number of its own, each
/// number up to the last is explained by one increment, and the order of the numbers agrees with
/// time.
final class CounterCheck {
  private final long key;
  private final List<Op> ops;
  private final long last;

  /// @param last what it stands at when everything has ended
  CounterCheck(long key, List<Op> ops, long last) {
    this.key = key;
    this.ops = ops;
    this.last = last;
  }

  List<Finding> findings() {
    Map<Long, Op> byNumber = new HashMap<>();
    Sequence order = new Sequence();
    List<Op> unknown = new ArrayList<>();
    for (Op op : ops) {
      if (op.outcome() == Outcome.UNKNOWN) {
        unknown.add(op);
      }
      if (op.outcome() != Outcome.DONE) {
        continue;
      }
      if (op.a() > last) {
        return List.of(
            new Finding(
                Wrong.LOST,
                key,
                "it stood at " + op.a() + ", and stands at " + last + " in the end",
                List.of(op)));
      }
      if (op.kind() == Kind.COUNT) {
        order.read(op.a(), op);
        continue;
      }
      Op other = byNumber.put(op.a(), op);
      if (other != null) {
        return List.of(
            new Finding(
                Wrong.LOST,
                key,
                "two increments have counted to " + op.a() + ": one of them is gone",
                List.of(other, op)));
      }
      order.wrote(op.a(), op);
    }
    return findings(byNumber, order, unknown);
  }

  private List<Finding> findings(Map<Long, Op> byNumber, Sequence order, List<Op> unknown) {
    List<Long> missing = new ArrayList<>();
    for (long number = 1; number <= last; number++) {
      if (!byNumber.containsKey(number)) {
        missing.add(number);
      }
    }
    Optional<Long> unexplained = order.unexplained(missing, unknown);
    if (unexplained.isPresent()) {
      Op next = byNumber.get(unexplained.get() + 1);
      return List.of(
          new Finding(
              Wrong.DUPLICATED,
              key,
              "no increment explains %d: %d acknowledged, %d of unknown outcome, and it stands at %d"
                  .formatted(unexplained.get(), byNumber.size(), unknown.size(), last),
              next == null ? unknown : List.of(next)));
    }
    return order.backwards().stream()
        .map(
            pair ->
                new Finding(
                    Wrong.STALE,
                    key,
                    "the first saw more than the second, which began later",
                    pair))
        .toList();
  }
}
