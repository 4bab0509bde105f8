package dev.drover.torture.check;

import dev.drover.torture.history.KeyName;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Decides for each key whether its history is linearizable, together with what stands at its final
/// home: there must be one order of all operations, in which each has its place between its begin
/// and its end, that explains every answer. That is I1 and I3, and nothing weaker or stronger.
///
/// A write of unknown outcome may have its place anywhere after its begin, or none. A refused one
/// has none. Because every value is written once, the order need not be searched for: it takes O(n
/// log n) for a key with n operations. All operations are kept in memory, about 100 bytes each.
public final class Checker {
  private final Map<Long, List<Op>> byKey = new HashMap<>();
  private long operations;

  /// Takes another operation, in any order.
  public void add(Op op) {
    operations++;
    byKey.computeIfAbsent(op.key(), key -> new ArrayList<>()).add(op);
  }

  public long operations() {
    return operations;
  }

  /// The keys that occur.
  public List<Long> keys() {
    return byKey.keySet().stream().sorted().toList();
  }

  /// @param last what stands at the final home of each key when everything has ended: the value,
  ///   the count, or the elements; nothing for a key that is not there
  public List<Finding> findings(Map<Long, long[]> last) {
    List<Finding> all = new ArrayList<>();
    for (Map.Entry<Long, List<Op>> each : byKey.entrySet()) {
      long key = each.getKey();
      // Who has refused an operation has not done it, so it explains nothing; who has read without
      // an
      // answer has seen nothing.
      List<Op> counted =
          each.getValue().stream()
              .filter(op -> op.kind().write() || op.outcome() == Outcome.DONE)
              .toList();
      long[] found = last.getOrDefault(key, new long[0]);
      all.addAll(
          switch (KeyName.unpacked(key).family()) {
            case REGISTER ->
                new RegisterCheck(key, counted, found.length == 0 ? Op.ABSENT : found[0])
                    .findings();
            case COUNTER ->
                new CounterCheck(key, counted, found.length == 0 ? 0 : found[0]).findings();
            case LIST -> new ListCheck(key, counted, found).findings();
          });
    }
    return all;
  }
}
