package dev.drover.store;

import java.time.Duration;

/// What a store promises beyond the seam's contract, said honestly.
///
/// @param name the store's kind, such as `embedded`
/// @param durable whether an acknowledged write survives the death of any one process
/// @param replicated whether it survives the loss of any one machine
/// @param watchInterval how long a change may go unreported: zero if changes are pushed, else the
///   interval of the poll
/// @param caveat what a user should know, empty if nothing
public record Guarantees(
    String name, boolean durable, boolean replicated, Duration watchInterval, String caveat) {}
