package dev.drover.gateway.net;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request's way to one partition's home that was let through (docs/design.md, G2, G6).
///
/// @param to where the request goes
/// @param guard what must stand when the home has answered
/// @param pass the gate whose pass is held, or null
public record Admission(Placement to, Guard guard, @Nullable Gate pass) {

  /// Lets a request to one partition through.
  ///
  /// @return null if it has to wait for the gate's route; then no pass is held
  public static @Nullable Admission of(Loop loop, boolean write, Gate gate) {
    long nowNanos = loop.nanos();
    Route route = write ? gate.admit(loop.stripe(), nowNanos) : gate.admitRead(nowNanos);
    if (route == null) {
      return null;
    }
    Placement to = Objects.requireNonNull(write ? route.writes() : route.reads());
    return new Admission(to, route.guard(), write ? gate : null);
  }

  /// Lets a request through that is under no partition.
  ///
  /// @param rest what guards such requests
  /// @return null if the gateway lacks its lease
  public static @Nullable Admission atRest(Loop loop, Guard rest, Placement to) {
    return rest.stands(loop.nanos()) ? new Admission(to, rest, null) : null;
  }

  /// What came of asking several gates.
  public sealed interface Several {
    /// @param admissions in the order of the gates that were asked
    record Admitted(List<Admission> admissions) implements Several {}

    /// No pass is held.
    ///
    /// @param by the gate whose route has to change first
    record Held(Gate by) implements Several {}
  }

  /// Lets a request to several partitions through, all or none. Passes are taken in the order of
  /// the partitions' names, whatever the request's order is; if one is held, the others are given
  /// back, so that nobody waits with passes in hand.
  ///
  /// @param gates each once
  public static Several of(Loop loop, boolean write, List<Gate> gates) {
    List<Gate> sorted = new ArrayList<>(gates);
    sorted.sort(Comparator.comparing(Gate::partition));
    List<Admission> taken = new ArrayList<>();
    for (Gate gate : sorted) {
      Admission one = of(loop, write, gate);
      if (one == null) {
        taken.forEach(each -> each.giveBack(loop));
        return new Several.Held(gate);
      }
      taken.add(one);
    }
    return new Several.Admitted(
        gates.stream().map(gate -> taken.get(sorted.indexOf(gate))).toList());
  }

  /// The same after the pass was given back.
  Admission withoutPass() {
    return pass == null ? this : new Admission(to, guard, null);
  }

  /// The request goes no further now.
  public void giveBack(Loop loop) {
    if (pass != null) {
      pass.leave(loop.stripe());
    }
  }
}
