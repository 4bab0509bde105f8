package dev.drover.sim;

import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverOptions;
import java.util.List;
import java.util.function.Predicate;

/// Which partition a key belongs to, where one may lie inside another. The keys of the inner one
/// are the upper half of those of the outer one, and homes hold both as the outer one's.
final class Nesting {
  private final boolean on;
  private final PartitionId outer;
  private final PartitionId inner;
  private final int bound;

  /// @param partitions the outer one first
  Nesting(Scenario scenario, List<PartitionId> partitions) {
    this.on = scenario.fleet().nests();
    this.outer = partitions.getFirst();
    this.inner = partitions.getLast();
    this.bound = scenario.workload().keys() / 2;
  }

  /// Whether the inner partition comes and goes; else nothing lies inside anything.
  boolean on() {
    return on;
  }

  PartitionId outer() {
    return outer;
  }

  PartitionId inner() {
    return inner;
  }

  boolean comesAndGoes(PartitionId id) {
    return on && id.equals(inner);
  }

  /// The partition under which homes hold what is in `id`.
  PartitionId root(PartitionId id) {
    return on ? outer : id;
  }

  private boolean inside(Op.Target target) {
    return on && target.key() > bound;
  }

  /// The partition that a key belongs to.
  ///
  /// @param known which partitions there are
  PartitionId owner(Op.Target target, Predicate<PartitionId> known) {
    return inside(target) && known.test(inner) ? inner : target.partition();
  }

  /// What a move of a partition that begins now leaves where it is.
  ///
  /// @param known which partitions there are
  List<String> excluded(PartitionId id, Predicate<PartitionId> known) {
    return on && id.equals(outer) && known.test(inner) ? List.of(inner.name()) : List.of();
  }

  /// What a move with these options covers.
  Scope scope(PartitionId id, MoverOptions options) {
    if (!on) {
      return Scope.all(id);
    }
    return id.equals(inner)
        ? new Scope(inner, outer, bound, Integer.MAX_VALUE)
        : new Scope(outer, outer, -1, options.excluded().isEmpty() ? Integer.MAX_VALUE : bound);
  }

  /// A key of each range that has one owner at any time.
  List<Op.Target> samples(List<PartitionId> partitions) {
    return on
        ? List.of(new Op.Target(outer, bound), new Op.Target(outer, bound + 1))
        : partitions.stream().map(id -> new Op.Target(id, 1)).toList();
  }
}
