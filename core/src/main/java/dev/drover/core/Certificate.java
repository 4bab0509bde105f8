package dev.drover.core;

import java.util.List;

/// The durable proof of a finished move.
///
/// @param epoch the epoch of the commit
/// @param proof what allowed the commit
/// @param opened the receipts for the opening, empty until the move is complete
/// @param term the term under which it was committed
/// @param attempts cutovers made
/// @param startedAt when the move began
/// @param committedAt when ownership changed
/// @param writesHeldNanos from Cutover to Active, by the driver's clock; 0 until complete
/// @param strays writes found at the old home after the flip, by name
public record Certificate(
    MoveId move,
    PartitionId partition,
    Placement from,
    Placement to,
    long epoch,
    long term,
    int attempts,
    Proof proof,
    List<Proof.Receipt> opened,
    Hlc startedAt,
    Hlc committedAt,
    long writesHeldNanos,
    List<String> strays) {
  public Certificate {
    opened = List.copyOf(opened);
    strays = List.copyOf(strays);
  }

  /// What the record of an opening proves so far.
  public static Certificate of(Partition partition, Ownership.Opening opening) {
    Move move = opening.move();
    return new Certificate(
        move.id(),
        partition.id(),
        opening.from(),
        opening.to(),
        partition.epoch(),
        partition.term(),
        move.attempt(),
        opening.proof(),
        List.of(),
        move.startedAt(),
        partition.changedAt(),
        0,
        List.of());
  }

  /// The same, once every gateway has confirmed the new home.
  public Certificate opened(List<Proof.Receipt> receipts, long heldNanos) {
    return new Certificate(
        move,
        partition,
        from,
        to,
        epoch,
        term,
        attempts,
        proof,
        receipts,
        startedAt,
        committedAt,
        heldNanos,
        strays);
  }

  /// The same, with the writes that were found at the old home.
  public Certificate strayedBy(List<String> names) {
    return new Certificate(
        move,
        partition,
        from,
        to,
        epoch,
        term,
        attempts,
        proof,
        opened,
        startedAt,
        committedAt,
        writesHeldNanos,
        names);
  }
}
