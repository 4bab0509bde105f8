package dev.drover.core;

/// One thing that must still be put right at a home after a move, in a partition's record until it
/// is done.
///
/// Working it off is idempotent: it may be done again after a crash.
///
/// @param action the engine's word for it: `remove-copies`, `lift-fence`, `purge-source`
/// @param at where
public record Undo(String action, Placement at) {
  public Undo {
    Names.checked("undo action", action);
  }

  @Override
  public String toString() {
    return action + " at " + at;
  }
}
