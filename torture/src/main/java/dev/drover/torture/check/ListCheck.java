package dev.drover.torture.check;

import dev.drover.torture.history.Digest;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Checks a list to which is only appended: every acknowledged element is there once, one of
/// unknown outcome at most once, every read saw a beginning of the final list, and their order
/// agrees with time.
final class ListCheck {
  private final long key;
  private final List<Op> ops;
  private final long[] last;
  private final Map<Long, Integer> lengths = new HashMap<>();

  /// @param last the elements when everything has ended
  ListCheck(long key, List<Op> ops, long[] last) {
    this.key = key;
    this.ops = ops;
    this.last = last;
  }

  List<Finding> findings() {
    Map<Long, Op> pushes = new HashMap<>();
    ops.stream().filter(op -> op.kind() == Kind.PUSH).forEach(op -> pushes.put(op.a(), op));
    Optional<Finding> wrong = elements(pushes).or(this::acknowledged).or(this::readings);
    if (wrong.isPresent()) {
      return List.of(wrong.get());
    }
    Sequence order = new Sequence();
    for (Op op : ops) {
      if (op.kind() == Kind.LIST) {
        order.read(op.a(), op);
      } else if (lengths.containsKey(op.a())) {
        order.wrote(lengths.get(op.a()), op);
      }
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

  /// What is there, against what was written.
  private Optional<Finding> elements(Map<Long, Op> pushes) {
    for (int i = 0; i < last.length; i++) {
      long element = last[i];
      Op push = pushes.get(element);
      if (push == null || push.outcome() == Outcome.REFUSED) {
        String what = push == null ? "nobody appended " : "it was refused to append ";
        return Optional.of(
            new Finding(
                Wrong.INVENTED, key, what + element, push == null ? List.of() : List.of(push)));
      }
      if (lengths.put(element, i + 1) != null) {
        return Optional.of(
            new Finding(Wrong.DUPLICATED, key, element + " is there twice", List.of(push)));
      }
    }
    return Optional.empty();
  }

  /// What was acknowledged, against what is there.
  private Optional<Finding> acknowledged() {
    for (Op op : ops) {
      if (op.kind() != Kind.PUSH || op.outcome() != Outcome.DONE) {
        continue;
      }
      Integer length = lengths.get(op.a());
      if (length == null) {
        return Optional.of(
            new Finding(Wrong.LOST, key, op.a() + " is not in the final list", List.of(op)));
      }
      if (length != op.b()) {
        String what =
            "%d was element %d when it was appended, and is element %d in the end"
                .formatted(op.a(), op.b(), length);
        return Optional.of(
            new Finding(length < op.b() ? Wrong.LOST : Wrong.DUPLICATED, key, what, List.of(op)));
      }
    }
    return Optional.empty();
  }

  /// What was read, against what is there.
  private Optional<Finding> readings() {
    long[] digests = new long[last.length + 1];
    digests[0] = Digest.EMPTY;
    for (int i = 0; i < last.length; i++) {
      digests[i + 1] = Digest.with(digests[i], last[i]);
    }
    for (Op op : ops) {
      if (op.kind() == Kind.LIST && (op.a() > last.length || digests[(int) op.a()] != op.b())) {
        return Optional.of(
            new Finding(
                Wrong.LOST,
                key,
                "a read saw %d elements with which the final list, of %d, does not begin"
                    .formatted(op.a(), last.length),
                List.of(op)));
      }
    }
    return Optional.empty();
  }
}
