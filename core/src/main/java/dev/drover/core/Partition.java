package dev.drover.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The one record that decides who owns a partition.
///
/// @param epoch the number of ownership transitions so far; grows by one with each
/// @param term the fencing token: grows with every move that begins and every driver that takes
///   over, over the partition's whole life, so that a home can refuse whoever is older
///   (docs/decisions/0002)
/// @param owed what must still be put right after an aborted or a finished move
/// @param changedAt when the ownership last changed
public record Partition(
    PartitionId id,
    long epoch,
    long term,
    Ownership ownership,
    List<Undo> owed,
    Hlc changedAt,
    Unknown unknown) {
  public Partition {
    if (epoch < 0 || term < 0) {
      throw new IllegalArgumentException("epoch and term are at least 0");
    }
    owed = List.copyOf(owed);
  }

  /// One in which no newer version has written anything.
  public Partition(
      PartitionId id, long epoch, long term, Ownership ownership, List<Undo> owed, Hlc changedAt) {
    this(id, epoch, term, ownership, owed, changedAt, Unknown.NOTHING);
  }

  /// A new partition at rest.
  public static Partition at(PartitionId id, Placement home, Hlc now) {
    return new Partition(id, 0, 0, new Ownership.Active(home), List.of(), now);
  }

  /// Where writes go, or empty while they are held.
  public Optional<Placement> writes() {
    return switch (ownership) {
      case Ownership.Active a -> Optional.of(a.home());
      case Ownership.Draining d -> Optional.of(d.from());
      case Ownership.Cutover c -> Optional.empty();
      case Ownership.Reopening r -> Optional.empty();
      case Ownership.Opening o -> Optional.empty();
    };
  }

  /// The homes that the record names: where it is, between which it moves, and where it owes.
  public Set<HomeId> homes() {
    Set<HomeId> named = new TreeSet<>();
    named.add(ownership.reads().home());
    if (ownership instanceof Ownership.Moving m) {
      named.add(m.from().home());
      named.add(m.to().home());
    }
    owed.forEach(undo -> named.add(undo.at().home()));
    return named;
  }

  public boolean moving() {
    return ownership instanceof Ownership.Moving;
  }

  public Optional<Move> move() {
    return ownership instanceof Ownership.Moving m ? Optional.of(m.move()) : Optional.empty();
  }
}
