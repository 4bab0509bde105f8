package dev.drover.torture.plan;

import dev.drover.torture.relay.Way;
import java.time.Duration;

/// One fault.
///
/// @param at after the beginning
/// @param victim which of those it can be done to, as a number that is taken modulo how many there
///   are
/// @param way which direction of a wire
/// @param aim at what moment of a move it waits for
public record Strike(Duration at, FaultKind kind, int victim, Duration lasts, Way way, Aim aim) {
  /// A moment of a move.
  public enum Aim {
    /// Any, or none: it does not wait.
    ANY,
    /// When writes begin to be held.
    CUTOVER,
    /// When the move has been committed.
    OPENING
  }
}
