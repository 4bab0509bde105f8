package dev.drover.store.records;

import java.util.Map;

/// The newest that a gateway has seen of a store, kept in its data directory: a witness of the
/// past.
///
/// @param store the store's id, empty if it had none
/// @param generation of the store
/// @param revision of the newest change that it has seen
/// @param partitions by name
public record SeenRecord(
    String store, long generation, long revision, Map<String, Seen> partitions) {
  public static final SeenRecord NOTHING = new SeenRecord("", 0, 0, Map.of());

  public SeenRecord {
    partitions = Map.copyOf(partitions);
  }

  /// One partition's record as it was seen.
  ///
  /// @param home where reads went
  /// @param locator of its placement there
  public record Seen(long epoch, long term, String home, String locator) {}
}
