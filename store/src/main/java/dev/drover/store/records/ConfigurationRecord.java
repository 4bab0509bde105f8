package dev.drover.store.records;

/// That a configuration was applied, under [Keys#CONFIGURATION]: whoever follows it reads its own
/// file again then. The record holds nothing of the configuration itself, which has secrets in it
/// and paths of one machine.
///
/// @param number grows with each time
/// @param digest of the server's file, as [KnownHome#digest] makes it
/// @param server the name of the server that has applied it
/// @param atMillis wall-clock milliseconds
public record ConfigurationRecord(long number, String digest, String server, long atMillis) {}
