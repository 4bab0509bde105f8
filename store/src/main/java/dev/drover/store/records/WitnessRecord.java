package dev.drover.store.records;

import dev.drover.core.HomeId;

/// The word of one process that it has not reached a home for longer than a home may be gone. It
/// stands under that process' lease, and goes when the home answers again.
///
/// @param witness the gateway's name, or the server's
/// @param gateway whether it is a gateway's word
/// @param sinceMillis when it last reached the home, by its wall clock, for people
/// @param problem what happened when it tried last
/// @param lastSeen what the home last said of how it keeps what it holds; empty if it never did
public record WitnessRecord(
    HomeId home,
    String witness,
    boolean gateway,
    long sinceMillis,
    String problem,
    String lastSeen) {}
