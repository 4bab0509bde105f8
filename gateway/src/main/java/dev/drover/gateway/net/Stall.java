package dev.drover.gateway.net;

/// Since when a client has not taken what is there for it.
public final class Stall {
  private boolean stalled;
  private long sinceNanos;

  /// Whether more can be written to the client has changed.
  public void writable(boolean yes, long nowNanos) {
    stalled = !yes;
    sinceNanos = nowNanos;
  }

  /// The client is given up, and not waited for any more.
  public void over() {
    stalled = false;
  }

  /// How long it has lasted, in nanoseconds.
  public long lasts(long nowNanos) {
    return stalled ? nowNanos - sinceNanos : 0;
  }
}
