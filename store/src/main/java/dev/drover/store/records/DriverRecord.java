package dev.drover.store.records;

import dev.drover.core.ControllerId;

/// Who drives a partition's move, under that controller's lease.
public record DriverRecord(ControllerId controller, String process) {}
