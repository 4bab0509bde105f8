package dev.drover.core.gate;

/// A gateway's own view of one of its leases: it ends before the store's does, and once it has
/// ended it never comes back.
///
/// Times are of one monotonic clock in nanoseconds, as `System.nanoTime` gives them.
public final class Session {
  private final long lease;
  private volatile long endsAtNanos;
  private volatile boolean ended;

  /// @param lease the store's name of the lease
  /// @param endsAtNanos computed from before the request for it was sent, less a margin for drift
  public Session(long lease, long endsAtNanos) {
    this.lease = lease;
    this.endsAtNanos = endsAtNanos;
  }

  public long lease() {
    return lease;
  }

  /// Whether the lease certainly still stands at the store.
  public boolean holds(long nowNanos) {
    if (ended) {
      return false;
    }
    if (nowNanos - endsAtNanos >= 0) {
      ended = true;
      return false;
    }
    return true;
  }

  /// A keep-alive was answered.
  ///
  /// @param endsAtNanos computed from before it was sent
  /// @param nowNanos when the answer came
  public void renew(long endsAtNanos, long nowNanos) {
    if (holds(nowNanos) && endsAtNanos - this.endsAtNanos > 0) {
      this.endsAtNanos = endsAtNanos;
    }
  }

  /// Ends it now.
  public void end() {
    ended = true;
  }

  public long endsAtNanos() {
    return endsAtNanos;
  }

  @Override
  public String toString() {
    return Long.toHexString(lease);
  }
}
