package dev.drover.torture.check;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides for each key whether its history is linearizable, together with what stands at its final
/// home: there must be one order of all operations, in which each has its place between its begin
/// and its end, that explains every answer. That is I1 and I3, and nothing weaker or stronger.
///
/// A write of unknown outcome may have its place anywhere after its begin, or none. A refused one
/// has none. Because every value is written once, the order need not be searched for: it takes O(n
/// log n) for a key with n operations. All operations are kept in memory, about 100 bytes each.
///
/// A scope with a fallback promises less (docs/decisions/0014): from a takeover until all has been
/// brought over, what was written before is not there, a deletion does not reach what the lost home
/// holds, and a counter or list that is begun anew takes the old one's place. So of its keys only
/// registers are checked, reads of nothing are left out, and a deletion counts as one that may not
/// have been done. Everything else must hold all the same: no acknowledged write is lost, whether
/// from before or after, and no value is read again after a later one.
///
/// Where a home has lost its data ([Loss]), the keys of the scope that was there have several
/// lives, and each is a history of its own: what was written in one must not show up in the next.
public final class Checker {
  private final int fallbacks;
  private final List<Loss> losses;
  private final Map<Long, List<Op>> byKey = new HashMap<>();
  private long operations;

  /// @param fallbacks so many scopes, the first ones, have a fallback
  /// @param losses when homes have lost their data with a scope's
  public Checker(int fallbacks, List<Loss> losses) {
    this.fallbacks = fallbacks;
    this.losses = List.copyOf(losses);
  }

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

  /// How many of them are checked.
  public int checked() {
    return (int) byKey.keySet().stream().filter(this::checks).count();
  }

  private boolean checks(long key) {
    return !hasFallback(key) || KeyName.unpacked(key).family() == Family.REGISTER;
  }

  private boolean hasFallback(long key) {
    return KeyName.unpacked(key).partition() < fallbacks;
  }

  /// @param last what stands at the final home of each key when everything has ended: the value,
  ///   the count, or the elements; nothing for a key that is not there
  public List<Finding> findings(Map<Long, long[]> last) {
    List<Finding> all = new ArrayList<>();
    for (Map.Entry<Long, List<Op>> each : byKey.entrySet()) {
      long key = each.getKey();
      boolean fallback = hasFallback(key);
      if (!checks(key)) {
        continue;
      }
      // Who has refused an operation has not done it, so it explains nothing; who has read without
      // an
      // answer has seen nothing.
      List<Op> counted =
          each.getValue().stream()
              .filter(op -> op.kind().write() || op.outcome() == Outcome.DONE)
              .filter(op -> !fallback || op.kind() != Kind.GET || op.a() != Op.ABSENT)
              .map(op -> fallback && op.kind() == Kind.DELETE ? op.doubted() : op)
              .toList();
      long[] found = last.getOrDefault(key, new long[0]);
      List<List<Op>> lives = Loss.lives(losses, KeyName.unpacked(key).partition(), counted);
      lives.subList(0, lives.size() - 1).forEach(life -> all.addAll(ended(key, life)));
      List<Op> present = lives.getLast();
      all.addAll(
          switch (KeyName.unpacked(key).family()) {
            case REGISTER ->
                new RegisterCheck(
                        key, present, Optional.of(found.length == 0 ? Op.ABSENT : found[0]))
                    .findings();
            case COUNTER ->
                new CounterCheck(key, present, found.length == 0 ? 0 : found[0]).findings();
            case LIST -> new ListCheck(key, present, found).findings();
          });
    }
    return all;
  }

  /// What is known of a key that was lost with its home: all that was answered before, but not what
  /// stood there at last. Of lists that is too little: their reads are compared with what stands
  /// there.
  private static List<Finding> ended(long key, List<Op> life) {
    return switch (KeyName.unpacked(key).family()) {
      case REGISTER -> new RegisterCheck(key, life, Optional.empty()).findings();
      case COUNTER -> {
        long most =
            life.stream()
                .filter(op -> op.outcome() == Outcome.DONE)
                .mapToLong(Op::a)
                .max()
                .orElse(0);
        yield new CounterCheck(key, life, most).findings();
      }
      case LIST -> List.of();
    };
  }
}
