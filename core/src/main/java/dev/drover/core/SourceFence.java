package dev.drover.core;

/// Whom the fence at a source refuses that a mover puts there in a hold.
public enum SourceFence {
  /// Writers who go around the gateways. What gateways send passes, so writes may be routed there
  /// again before the fence is lifted.
  OUTSIDERS,

  /// Everybody, such as an index that is blocked for writes. Writes are held until the fence is
  /// lifted ([Ownership.Reopening]).
  EVERYONE
}
