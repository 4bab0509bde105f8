package dev.drover.core;

/// Now, as a shell hands it to a machine.
///
/// @param nanos of the process's monotonic clock
/// @param wallMillis since the Unix epoch; only for stamps, never compared with another machine's
public record Moment(long nanos, long wallMillis) {}
