package dev.drover.core;

import dev.drover.core.mover.MoverOptions;

/// One thing that must still be put right at a home after a move, in a partition's record until it
/// is done.
///
/// Working it off is idempotent: it may be done again after a crash. It says all that is needed,
/// because whoever works it off knows nothing of the move any more.
///
/// @param action the engine's word for it: `remove-copies`, `lift-fence`, `purge-source`,
///   `bring-over`
/// @param at where
/// @param move which move owes it
/// @param options how that move was to behave: what is excluded from it must not be touched now
///   either
public record Undo(
    String action, Placement at, MoveId move, MoverOptions options, Unknown unknown) {
  public Undo {
    Names.checked("undo action", action);
  }

  public Undo(String action, Placement at, MoveId move, MoverOptions options) {
    this(action, at, move, options, Unknown.NOTHING);
  }

  @Override
  public String toString() {
    return action + " at " + at;
  }
}
