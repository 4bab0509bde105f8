package dev.drover.gateway.net;

import dev.drover.core.gate.Gate;
import org.jspecify.annotations.Nullable;

/// The one request of a client that waits for a route, if there is one. Owned by one event loop.
public final class HeldRequest {
  private final HoldLimits limits;
  private final Loop loop;
  private final String partition;
  private boolean held;
  private long sinceNanos;
  private long bytes;
  private @Nullable Gate gate;

  /// @param partition what the engine calls a partition, for messages
  public HeldRequest(HoldLimits limits, Loop loop, String partition) {
    this.limits = limits;
    this.loop = loop;
    this.partition = partition;
  }

  /// It waits from now on, or goes on waiting.
  ///
  /// @param waitsFor the gate whose route has to change, or null for what is under no partition
  /// @return why it may not; null if it may
  public @Nullable String hold(@Nullable Gate waitsFor, long requestBytes) {
    if (held) {
      gate = waitsFor;
      return tooLong(loop.nanos()) ? timedOut() : null;
    }
    if (!limits.add(requestBytes)) {
      return "too many requests are held at this gateway";
    }
    held = true;
    gate = waitsFor;
    bytes = requestBytes;
    sinceNanos = loop.nanos();
    return null;
  }

  public boolean tooLong(long nowNanos) {
    return nowNanos - sinceNanos > limits.options().max().toNanos();
  }

  /// It waits no more.
  public void over() {
    if (held) {
      held = false;
      limits.remove(bytes, loop.nanos() - sinceNanos);
    }
  }

  /// It has waited for too long, and waits no more.
  ///
  /// @return why it is refused
  public String timedOut() {
    over();
    return gate == null
        ? "the gateway has lost touch with its store"
        : "this request was held for %s '%s' for as long as allowed"
            .formatted(partition, gate.partition().name());
  }
}
