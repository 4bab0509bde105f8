package dev.drover.core.mover;

import dev.drover.core.Engine;
import dev.drover.core.SourceFence;

/// How an engine behaves where the protocol depends on it: what the simulation plays of it. The
/// engine's own tests have to show that it behaves so.
///
/// @param fencesSource whether its homes can refuse writers in a hold ([MoverSession#fenceSource])
/// @param sourceFence whom they refuse then
/// @param fencesTarget how they refuse copies of an older term ([MoverSession#raiseFence])
/// @param steps whether it has durable steps of its own, each written down by [Checkpoints]
/// @param gatewaysNote whether its capture misses changes that gateways note ([EngineTraits])
public record EngineModel(
    Engine engine,
    boolean fencesSource,
    SourceFence sourceFence,
    FencesTarget fencesTarget,
    boolean steps,
    boolean gatewaysNote) {
  /// How homes refuse copies of an older term (docs/design.md, M1).
  public enum FencesTarget {
    /// They keep the highest term that they have been told, and refuse what is older.
    BY_TERM,
    /// Each item has a version of term and sequence, and keeps what is newer.
    BY_VERSION,
    /// They know no terms. A driver writes through a name of its own; its successor takes the name
    /// away, and waits for what had come through it and is under way within the home.
    BY_NAME
  }
}
