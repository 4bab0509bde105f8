package dev.drover.torture.plan;

import java.time.Duration;

/// One request to move a scope.
///
/// @param at after the beginning
/// @param target which of the other homes, modulo how many there are
/// @param itemsPerSecondMax 0 for no limit
/// @param abortAfterMillis after how long it is told to abort; -1 for not at all
/// @param back whether it is moved back as soon as it has arrived
public record Journey(
    Duration at,
    int scope,
    int target,
    int itemsPerSecondMax,
    int abortAfterMillis,
    boolean back) {}
