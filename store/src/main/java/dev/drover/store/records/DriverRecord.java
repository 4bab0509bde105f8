package dev.drover.store.records;

import dev.drover.core.ControllerId;
import java.util.Optional;

/// Who drives a partition, who leads, or which servers there are, under that controller's lease.
///
/// @param reads of a server: the newest format of records that it reads; empty in what versions
///   wrote that knew only the first, and where it is not asked for
public record DriverRecord(ControllerId controller, String process, Optional<Integer> reads) {}
