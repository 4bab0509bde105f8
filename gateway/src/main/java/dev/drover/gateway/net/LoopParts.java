package dev.drover.gateway.net;

import java.util.function.IntSupplier;

/// What an engine's part of one event loop works with.
///
/// @param holds requests that wait for a route
/// @param unfinished requests that have not come as a whole
/// @param upstreams all connections to homes
public record LoopParts(
    Loop loop,
    HoldQueue holds,
    UnfinishedRequests unfinished,
    UpstreamSet upstreams,
    Shared shared) {
  /// What all event loops of a gateway have in common.
  ///
  /// @param holding how much is held
  /// @param homes how the homes are
  /// @param clients how many are connected
  public record Shared(
      Transport transport, HoldLimits holding, HomeStates homes, IntSupplier clients) {}

  /// What a connection to a home lives in here.
  public Upstream.Surroundings surroundings(UpstreamLimits limits) {
    return new Upstream.Surroundings(loop, shared.transport(), shared.homes(), upstreams, limits);
  }
}
