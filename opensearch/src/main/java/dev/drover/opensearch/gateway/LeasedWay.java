package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.gateway.net.Admission;
import dev.drover.gateway.net.Exchange;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// By the routes that the gateway keeps under its lease.
///
/// @param gate its tenant's; null for what is in no tenant, or asks for what has not moved with it
/// @param rest where it goes without a gate
/// @param write whether it needs a pass
record LeasedWay(Lane lane, @Nullable Gate gate, @Nullable Placement rest, boolean write)
    implements Way {
  @Override
  public boolean known(Consumer<Boolean> then) {
    return true;
  }

  @Override
  public @Nullable Placement route() {
    long nowNanos = lane.loop().nanos();
    Gate of = gate;
    if (of == null) {
      Guard guard = lane.serving().rest();
      return guard != null && guard.stands(nowNanos) ? rest : null;
    }
    Route now = of.route();
    Placement home = write ? now.writes() : now.reads();
    return home != null && now.guard().stands(nowNanos) ? home : null;
  }

  @Override
  public void hold(Held by, Runnable again) {
    by.hold(gate);
  }

  @Override
  public boolean admits(Placement home, Exchange exchange) {
    Admission way = admission();
    if (way == null) {
      return false;
    }
    if (!way.to().equals(home)) {
      way.giveBack(lane.loop());
      return false;
    }
    exchange.admitted(way);
    return true;
  }

  private @Nullable Admission admission() {
    Gate of = gate;
    Guard guard = lane.serving().rest();
    return of != null
        ? Admission.of(lane.loop(), write, of)
        : guard == null ? null : Admission.atRest(lane.loop(), guard, Objects.requireNonNull(rest));
  }

  @Override
  public void forget() {}

  @Override
  public boolean looksAgain() {
    return false;
  }

  /// The gateway may have lost its lease, or the home the tenant, before the home has answered.
  @Override
  public void answered(Exchange exchange, Consumer<Boolean> then) {
    then.accept(exchange.stands(lane.loop().nanos()));
  }

  @Override
  public NotedDeletes.@Nullable Standing standing() {
    return gate == null ? null : NotedDeletes.Standing.of(gate);
  }
}
