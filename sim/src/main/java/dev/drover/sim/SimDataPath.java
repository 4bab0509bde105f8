package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Gates;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A gateway's data path: the real gates and guards, the requests that it holds, and those that it
/// has let through.
final class SimDataPath implements RouteListener {
  private static final long ASK_AGAIN_NANOS = 20_000_000;

  private final SimGateway gateway;
  private final World world;
  private final SimConfiguration configuration;
  private final long holdMaxNanos;
  private final List<Held> held = new ArrayList<>();
  private final Map<PartitionId, Gate> gates = new TreeMap<>(World.BY_NAME);
  private final Set<Exchange> underWay = new LinkedHashSet<>();

  private record Held(Op op, long sinceNanos, Consumer<Verdict> answer) {}

  SimDataPath(SimGateway gateway, SimConfiguration configuration, long holdMaxNanos) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.configuration = configuration;
    this.holdMaxNanos = holdMaxNanos;
  }

  /// The process has died.
  void clear() {
    held.clear();
    gates.clear();
    underWay.clear();
  }

  // --- routes

  @Override
  public void joined(Guard rest) {
    gateway.later(1_000, this::tryHeld);
  }

  @Override
  public void added(Gate gate) {
    gates.put(gate.partition(), gate);
    if (world.rules().newGatesAdopt()) {
      adopted(List.of(gate));
    }
    gateway.later(1_000, this::tryHeld);
  }

  @Override
  public void removed(PartitionId partition) {
    gates.remove(partition);
    if (world.rules().gatesAdoptWhenOneGoes()) {
      adopted(gates.values());
    }
    gateway.later(1_000, this::tryHeld);
  }

  /// What is under way may be these gates' now.
  private void adopted(Collection<Gate> by) {
    for (Exchange each : underWay) {
      by.forEach(each::adoptedBy);
    }
  }

  @Override
  public void routed(Gate gate) {
    if (!world.rules().receiptsWaitForPasses() && gate.route().writes() == null) {
      gateway.quiet(gate.partition(), gate.route().epoch());
    }
    gateway.later(1_000, this::tryHeld);
  }

  private @Nullable Gate gate(Op.Target target) {
    return gates.get(world.nesting().owner(target, gates::containsKey));
  }

  /// Where a write of this key goes, if one may go.
  Optional<HomeId> takesWritesFor(Op.Target target) {
    Gate gate = gate(target);
    Route route = gateway.up() && gate != null ? gate.route() : null;
    return route != null && route.writes() != null && route.guard().stands(gateway.nanos())
        ? Optional.of(route.writes().home())
        : Optional.empty();
  }

  // --- requests

  void request(Op op, Consumer<Verdict> answer) {
    if (!tried(op, answer)) {
      Held waiting = new Held(op, gateway.nanos(), answer);
      held.add(waiting);
      world.say(gateway.name, () -> "holds " + op);
      gateway.atLocal(gateway.nanos() + holdMaxNanos, () -> refuse(waiting));
    }
  }

  private void refuse(Held waiting) {
    if (held.remove(waiting)) {
      world.checker().heldFor(gateway, gateway.nanos() - waiting.sinceNanos());
      waiting.answer().accept(new Verdict.Refused());
    }
  }

  private void tryHeld() {
    for (Held waiting : List.copyOf(held)) {
      if (held.contains(waiting) && tried(waiting.op(), waiting.answer())) {
        held.remove(waiting);
        if (waiting.op().isWrite()) {
          world.checker().heldFor(gateway, gateway.nanos() - waiting.sinceNanos());
        }
      }
    }
  }

  private boolean tried(Op op, Consumer<Verdict> answer) {
    List<Gate> all = new ArrayList<>();
    for (Op.Target target : op.targets()) {
      Gate gate = gate(target);
      if (gate == null) {
        return false;
      }
      all.add(gate);
    }
    return op.isWrite() ? wrote(op, all, answer) : asked(op, all.getFirst(), answer);
  }

  private boolean wrote(Op op, List<Gate> all, Consumer<Verdict> answer) {
    Optional<List<Route>> routes = Gates.admitAll(all, 0, gateway.nanos());
    if (routes.isEmpty()) {
      return false;
    }
    if (routes.get().stream().anyMatch(route -> configuration.unknown(route.writes()))) {
      Gates.leaveAll(all, 0);
      answer.accept(new Verdict.Refused());
      return true;
    }
    Writing writing = new Writing(gateway, op, all, routes.get(), answer);
    underWay.add(writing);
    for (int i = 0; i < all.size(); i++) {
      new SimNoting(gateway, op, op.targets().get(i), all.get(i), routes.get().get(i))
          .write(
              applied -> {
                if (writing.answered(applied)) {
                  underWay.remove(writing);
                }
              });
    }
    return true;
  }

  private boolean asked(Op op, Gate gate, Consumer<Verdict> answer) {
    Route route = gate.admitRead(gateway.nanos());
    if (route == null) {
      return false;
    }
    if (configuration.unknown(route.reads())) {
      answer.accept(new Verdict.Refused());
      return true;
    }
    Reading reading = new Reading(gateway, route);
    underWay.add(reading);
    gateway.read(
        Objects.requireNonNull(route.reads()).home(),
        op.target(),
        value -> {
          if (reading.sure()) {
            answer.accept(value);
          } else {
            gateway.later(ASK_AGAIN_NANOS, () -> request(op, answer));
          }
          ended(reading);
        },
        () -> {
          answer.accept(new Verdict.Unsure());
          ended(reading);
        });
    return true;
  }

  private void ended(Reading reading) {
    underWay.remove(reading);
    reading.over();
  }
}
