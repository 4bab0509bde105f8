package dev.drover.store;

import org.jspecify.annotations.Nullable;

/// One key of the store, as it was read.
///
/// @param value not copied: neither side changes it
/// @param version the revision of the write that made it so; greater than 0
@SuppressWarnings("ArrayRecordComponent")
public record Entry(String key, byte[] value, long version, @Nullable LeaseId lease) {}
