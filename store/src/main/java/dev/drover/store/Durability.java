package dev.drover.store;

/// What an acknowledged write is safe from.
///
/// Both are seen by everyone in the same order, and what survives a crash of the store is always a
/// beginning of that order.
public enum Durability {
  /// Survives whatever the store's [Guarantees] promise.
  SYNCED,

  /// Survives as soon as any later [#SYNCED] write was acknowledged, or after a second at the
  /// latest; until then a crash of the store may forget it. For what can be said again, and is
  /// worth nothing without a later write that builds on it. A store may sync it all the same.
  ORDERED
}
