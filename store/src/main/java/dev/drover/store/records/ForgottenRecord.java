package dev.drover.store.records;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import java.util.List;
import java.util.Optional;

/// The mark of an operator who had a gateway's leases ended although it may have been alive. It
/// lives for as long as that gateway may go on serving without hearing of it.
///
/// @param process what it was, for people
/// @param leases those that were ended
/// @param atMillis when, by the server's wall clock, for people
/// @param engine whose partitions it served; empty if that is not known, so it may be any
public record ForgottenRecord(
    GatewayId gateway, String process, List<Long> leases, long atMillis, Optional<Engine> engine) {
  public ForgottenRecord {
    leases = List.copyOf(leases);
  }
}
