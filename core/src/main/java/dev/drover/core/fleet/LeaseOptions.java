package dev.drover.core.fleet;

import java.time.Duration;

/// How long a gateway's leases last (docs/design.md, "Gateways").
///
/// @param longLease enough for partitions at rest: how long they are served with the store away
/// @param shortLease needed for partitions that move: how long a dead gateway can delay a cutover
/// @param keepAlive how often both are renewed
/// @param driftMargin the part of a lease by which the gateway's own view ends before the store's,
///   for clocks that run at other rates
public record LeaseOptions(
    Duration longLease, Duration shortLease, Duration keepAlive, double driftMargin) {
  public static final LeaseOptions DEFAULT =
      new LeaseOptions(Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofSeconds(1), 0.1);

  public LeaseOptions {
    check(!keepAlive.isNegative() && !keepAlive.isZero(), "keep-alive must be longer than nothing");
    check(
        driftMargin >= 0.01 && driftMargin <= 0.5,
        "the drift margin lies between 0.01 and 0.5 of a lease");
    check(
        shortLease.compareTo(keepAlive.multipliedBy(2)) >= 0,
        "the short lease (%d ms) must be at least twice the keep-alive (%d ms)"
            .formatted(shortLease.toMillis(), keepAlive.toMillis()));
    check(
        longLease.compareTo(shortLease) >= 0,
        "the long lease (%d ms) must be at least the short one (%d ms)"
            .formatted(longLease.toMillis(), shortLease.toMillis()));
  }

  /// When a lease that was asked for at `sentNanos` ends in the gateway's own view.
  public long endsAtNanos(long sentNanos, Duration lease) {
    return sentNanos + (long) (lease.toNanos() * (1 - driftMargin));
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
