package dev.drover.store.records;

/// What a server can read: under [Keys#FORMATS] and its name, beside its registration and under the
/// same lease. A server that has none is of a version that knew the first format only.
///
/// @param reads the newest format of records ([Records#FORMAT])
public record FormatRecord(int reads) {}
