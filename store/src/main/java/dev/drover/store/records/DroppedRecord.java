package dev.drover.store.records;

import dev.drover.core.PartitionId;

/// What is left of a partition that an operator has dropped: if it is made known again, it goes on
/// from here, or homes would take its drivers for stale ones.
public record DroppedRecord(PartitionId partition, long epoch, long term, String home) {}
