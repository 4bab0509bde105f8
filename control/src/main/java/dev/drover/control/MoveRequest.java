package dev.drover.control;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverOptions;
import java.util.Optional;

/// A move that was asked for. It waits under `queue/` in the store until its homes have room.
///
/// @param locator where at that home; empty for what its engine takes for it
/// @param order its place in the queue: lower goes first
public record MoveRequest(
    MoveId id,
    long order,
    PartitionId partition,
    HomeId to,
    Optional<String> locator,
    Budget budget,
    Barrier barrier,
    MoverOptions options) {}
