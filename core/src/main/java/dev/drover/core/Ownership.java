package dev.drover.core;

/// Who owns a partition (docs/design.md, "The record").
///
/// | state | reads | writes |
/// |---|---|---|
/// | Active | home | home |
/// | Draining | from | from |
/// | Cutover | from | held |
/// | Reopening | from | held |
/// | Opening | to | held |
public sealed interface Ownership {
  /// Where reads go.
  Placement reads();

  /// At rest.
  record Active(Placement home) implements Ownership {
    @Override
    public Placement reads() {
      return home;
    }
  }

  /// Under a move.
  sealed interface Moving extends Ownership {
    Placement from();

    Placement to();

    Move move();

    Moving with(Move next);
  }

  /// Copy and tail run while writes go on at the old home.
  record Draining(Placement from, Placement to, Move move) implements Moving {
    @Override
    public Placement reads() {
      return from;
    }

    @Override
    public Draining with(Move next) {
      return new Draining(from, to, next);
    }
  }

  /// Writes are held for the last tail.
  record Cutover(Placement from, Placement to, Move move) implements Moving {
    @Override
    public Placement reads() {
      return from;
    }

    @Override
    public Cutover with(Move next) {
      return new Cutover(from, to, next);
    }
  }

  /// A hold was given up at a source whose fence refuses everybody ([SourceFence#EVERYONE]): writes
  /// stay held until the fence is lifted.
  record Reopening(Placement from, Placement to, Move move) implements Moving {
    @Override
    public Placement reads() {
      return from;
    }

    @Override
    public Reopening with(Move next) {
      return new Reopening(from, to, next);
    }
  }

  /// Committed; every gateway confirms that it reads at the new home before writes go on there.
  record Opening(Placement from, Placement to, Move move, Proof proof) implements Moving {
    @Override
    public Placement reads() {
      return to;
    }

    @Override
    public Opening with(Move next) {
      return new Opening(from, to, next, proof);
    }
  }

  /// The state's name, as people see it.
  default String label() {
    return switch (this) {
      case Active a -> "Active";
      case Draining d -> "Draining";
      case Cutover c -> "Cutover";
      case Reopening r -> "Reopening";
      case Opening o -> "Opening";
    };
  }
}
