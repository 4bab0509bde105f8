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

  /// Whether what comes next may have waited behind a request that was held for too long.
  private boolean behind;

  /// Since when that one had waited.
  private long lateSinceNanos;

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
    return hold(waitsFor, requestBytes, loop.nanos());
  }

  /// The same for a client that sends requests before it has the answers to those before. What had
  /// come behind a request that was held for too long has waited too. Otherwise a pipeline would
  /// wait for as long as allowed once for each of its requests.
  ///
  /// @param cameNanos when the last of what the client has sent so far came
  public @Nullable String hold(@Nullable Gate waitsFor, long requestBytes, long cameNanos) {
    long nowNanos = loop.nanos();
    if (held) {
      gate = waitsFor;
      return tooLong(nowNanos) ? timedOut() : null;
    }
    long waitsSinceNanos =
        behind ? lateSinceNanos + Math.max(0, cameNanos - lateSinceNanos) : nowNanos;
    if (tooLong(waitsSinceNanos, nowNanos)) {
      gate = waitsFor;
      return refusal();
    }
    if (!limits.add(requestBytes)) {
      return "too many requests are held at this gateway";
    }
    held = true;
    gate = waitsFor;
    bytes = requestBytes;
    sinceNanos = waitsSinceNanos;
    return null;
  }

  public boolean tooLong(long nowNanos) {
    return tooLong(sinceNanos, nowNanos);
  }

  private boolean tooLong(long fromNanos, long nowNanos) {
    return nowNanos - fromNanos > limits.options().max().toNanos();
  }

  /// All that the client has sent was taken, so nothing is behind a request that was held.
  public void caughtUp() {
    behind = false;
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
    behind = true;
    lateSinceNanos = sinceNanos;
    return refusal();
  }

  private String refusal() {
    return gate == null
        ? "the gateway has lost touch with its store"
        : "this request was held for %s '%s' for as long as allowed"
            .formatted(partition, gate.partition().name());
  }
}
