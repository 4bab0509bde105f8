package dev.drover.core;

import dev.drover.core.mover.MoverOptions;

/// One thing that must still be put right at a home after a move, in a partition's record until it
/// is done.
///
/// Working it off is idempotent: it may be done again after a crash. It says all that is needed,
/// because whoever works it off knows nothing of the move any more.
///
/// @param action the engine's word for it, such as `remove-copies` or `purge-source`, or one of the
///   constants
/// @param at where
/// @param move which move owes it
/// @param options how that move was to behave: what is excluded from it must not be touched now
///   either
public record Undo(
    String action, Placement at, MoveId move, MoverOptions options, Unknown unknown) {
  /// What an operator's decision on what stands aside owes ([dev.drover.core.mover.Mover#decided]).
  public static final String DROP_ASIDE = "drop-aside";

  public static final String BRING_ASIDE = "bring-aside";
  public static final String REPLACE_BY_ASIDE = "replace-by-aside";

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
