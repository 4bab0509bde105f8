package dev.drover.opensearch;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import dev.drover.opensearch.tenant.Names;

/// The engine's name, and its partitions: each is one tenant.
public final class OpenSearchEngine {
  public static final Engine ENGINE = new Engine("opensearch");

  private OpenSearchEngine() {}

  /// @throws IllegalArgumentException if no tenant can be called so
  public static PartitionId tenant(String name) {
    return new PartitionId(ENGINE, Names.tenant(name));
  }
}
