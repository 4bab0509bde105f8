package dev.drover.redis;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;

/// The engine whose partitions are scopes: all keys under a prefix, on a Redis or Valkey server. A
/// scope's name is its prefix, and so is its locator at every home.
public final class RedisEngine {
  public static final Engine NAME = new Engine("redis");

  private RedisEngine() {}

  /// The scope of all keys under a prefix.
  ///
  /// @throws IllegalArgumentException if the prefix cannot be a partition's name
  public static PartitionId scope(String prefix) {
    return new PartitionId(NAME, prefix);
  }
}
