package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.HeldRequest;
import dev.drover.gateway.net.HoldQueue;
import org.jspecify.annotations.Nullable;

/// How one request waits for its tenant's route. Owned by one event loop.
final class Hold implements HoldQueue.Held {
  private final Lane lane;
  private final Waiter waiter;
  private final HeldRequest held;

  /// Whose request it is.
  interface Waiter {
    /// Whether it is not interested any more.
    boolean isGone();

    /// The route has changed: it tries again.
    void goOn();

    /// It may not wait, or not any longer.
    void heldTooLong(String why);
  }

  Hold(Lane lane, Waiter waiter) {
    this.lane = lane;
    this.waiter = waiter;
    this.held = new HeldRequest(lane.parts().shared().holding(), lane.loop(), "tenant");
  }

  /// It waits from now on, or goes on waiting.
  ///
  /// @param gate whose route has to change; null for what is in no tenant
  void begin(@Nullable Gate gate, long requestBytes) {
    String refusal = held.hold(gate, requestBytes);
    if (refusal == null) {
      lane.parts().holds().hold(gate, this);
    } else {
      waiter.heldTooLong(refusal);
    }
  }

  /// It waits no more.
  void over() {
    held.over();
  }

  @Override
  public void released() {
    if (!waiter.isGone()) {
      waiter.goOn();
    }
  }

  @Override
  public boolean heldTooLong(long nowNanos) {
    return waiter.isGone() || held.tooLong(nowNanos);
  }

  @Override
  public void refuseHeld() {
    String why = held.timedOut();
    if (!waiter.isGone()) {
      waiter.heldTooLong(why);
    }
  }
}
