package dev.drover.torture.check;

/// In which way a history breaks a promise.
public enum Wrong {
  /// An acknowledged write is not at the final home (I1).
  LOST,
  /// A read has missed a write that was acknowledged before it began, or what was read before (I3).
  STALE,
  /// A write was applied more than once (I1).
  DUPLICATED,
  /// There is something that nobody has written, or whose write was refused, or not begun yet.
  INVENTED
}
