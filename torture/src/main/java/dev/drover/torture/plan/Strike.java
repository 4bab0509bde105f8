package dev.drover.torture.plan;

import dev.drover.torture.relay.Way;
import java.time.Duration;

/// One fault.
///
/// @param at after the beginning
/// @param victim which of those it can be done to, as a number that is taken modulo how many there
///   are
/// @param way which direction of a wire
public record Strike(Duration at, FaultKind kind, int victim, Duration lasts, Way way) {}
