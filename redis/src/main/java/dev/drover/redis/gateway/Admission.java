package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.redis.move.RedisHome;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A way to a home that was let through.
///
/// @param guard what must stand when the home has answered
/// @param pass the gate whose pass is held, or null
record Admission(RedisHome home, Guard guard, @Nullable Gate pass) {
  /// Lets a request through.
  ///
  /// @param gate of its scope, or null if its keys are under none
  /// @return null if it has to wait; then no pass is held
  static @Nullable Admission of(LoopState lane, boolean write, @Nullable Gate gate) {
    RedisGateway gateway = lane.gateway();
    long nowNanos = gateway.nanos();
    if (gate == null) {
      Guard rest = gateway.rest();
      return rest.stands(nowNanos)
          ? to(gateway, gateway.options().defaultHome(), rest, null)
          : null;
    }
    Route route = write ? gate.admit(lane.stripe(), nowNanos) : gate.admitRead(nowNanos);
    if (route == null) {
      return null;
    }
    Placement home = Objects.requireNonNull(write ? route.writes() : route.reads());
    return to(gateway, home.home(), route.guard(), write ? gate : null);
  }

  private static Admission to(RedisGateway gateway, HomeId id, Guard guard, @Nullable Gate pass) {
    Optional<RedisHome> home = gateway.home(id);
    return new Admission(home.orElseGet(() -> gateway.unknownHome(id)), guard, pass);
  }

  /// The request goes no further now.
  void giveBack(LoopState lane) {
    if (pass != null) {
      pass.leave(lane.stripe());
    }
  }
}
