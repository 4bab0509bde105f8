package dev.drover.store.records;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.fleet.GatewayMode;

/// A gateway as it registers itself, under each of its leases.
///
/// @param address where its clients connect, for people
/// @param process what tells one run of it from the next, for people: the process id and the host
/// @param lease the lease under which this record lives
/// @param identity what it is and knows; [GatewayIdentity#UNSAID] in records of older versions
/// @param engine whose partitions it serves
/// @param reads the newest format of records that it reads ([Records#FORMAT]); 1 if it does not say
public record GatewayRecord(
    GatewayId id,
    GatewayMode mode,
    String address,
    String process,
    long lease,
    GatewayIdentity identity,
    Engine engine,
    int reads) {}
