package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import org.jspecify.annotations.Nullable;

/// The one request of a client that waits for a route, if there is one.
final class HeldRequest {
  private final RedisGateway gateway;
  private boolean held;
  private long sinceNanos;
  private long bytes;
  private @Nullable Gate gate;

  HeldRequest(RedisGateway gateway) {
    this.gateway = gateway;
  }

  /// It waits from now on, or goes on waiting.
  ///
  /// @param waitsFor the gate whose route has to change, or null for keys under no scope
  /// @return why it may not; null if it may
  @Nullable String hold(@Nullable Gate waitsFor, long requestBytes) {
    if (held) {
      gate = waitsFor;
      return tooLong(gateway.nanos()) ? timedOut() : null;
    }
    if (!gateway.holding().add(requestBytes)) {
      return "too many requests are held at this gateway";
    }
    held = true;
    gate = waitsFor;
    bytes = requestBytes;
    sinceNanos = gateway.nanos();
    return null;
  }

  boolean tooLong(long nowNanos) {
    return nowNanos - sinceNanos > gateway.options().hold().max().toNanos();
  }

  /// It waits no more.
  void over() {
    if (held) {
      held = false;
      gateway.holding().remove(bytes, gateway.nanos() - sinceNanos);
    }
  }

  /// It has waited for too long, and waits no more.
  ///
  /// @return why it is refused
  String timedOut() {
    over();
    return gate == null
        ? "the gateway has lost touch with its store"
        : "this request was held for scope '"
            + gate.partition().name()
            + "' for as long as allowed";
  }
}
