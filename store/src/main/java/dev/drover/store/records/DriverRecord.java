package dev.drover.store.records;

import dev.drover.core.ControllerId;

/// Who drives a partition, who leads, or which servers there are, under that controller's lease.
public record DriverRecord(ControllerId controller, String process) {}
