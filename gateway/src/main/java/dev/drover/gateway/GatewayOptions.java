package dev.drover.gateway;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.store.records.GatewayIdentity;
import java.util.function.LongSupplier;

/// Who a gateway is.
///
/// @param engine whose partitions it serves, and no others
/// @param address where its clients connect, for people
/// @param process what tells one run from the next, for people
/// @param identity what it says of itself when it registers
/// @param memory what it has seen of the store
/// @param stripes the number of threads that take passes
/// @param nanoClock monotonic nanoseconds
/// @param wallMillis wall-clock milliseconds, for stamps only
public record GatewayOptions(
    Engine engine,
    GatewayId id,
    GatewayMode mode,
    LeaseOptions leases,
    String address,
    String process,
    GatewayIdentity identity,
    GatewayMemory memory,
    int stripes,
    LongSupplier nanoClock,
    LongSupplier wallMillis) {}
