package dev.drover.core.fleet;

/// A gateway's two leases.
public enum LeaseKind {
  /// Enough for a partition at rest.
  LONG,
  /// Needed for a partition that moves.
  SHORT
}
