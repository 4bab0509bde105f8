package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import java.util.List;

/// Asks controllers for what the plan of a run says.
final class Operator {
  private final World world;

  Operator(World world) {
    this.world = world;
  }

  void move(int which, int other) {
    PartitionId id = world.partitions().get(which % world.partitions().size());
    SimController controller = controller(other);
    SimHome to = target(id, which / 7);
    if (controller.up()) {
      world.say("plan", () -> controller + " is asked to move " + id + " to " + to);
      ask(controller, id, to, world.scenario().protocol().keepSource(), false);
    }
  }

  /// Somebody takes a partition's home for lost, rightly or not, and its fallback takes over.
  void takeOver(int which, int other) {
    PartitionId id = world.partitions().get(which % world.partitions().size());
    SimController controller = controller(other);
    SimHome to = world.homes().get(which / 7 % world.homes().size());
    if (controller.up()) {
      world.say("plan", () -> controller + " is asked to have " + to + " take " + id + " over");
      ask(controller, id, to, false, true);
    }
  }

  /// The inner partition is made known; only a wrong version makes it where `which` says.
  void make(int which, int other) {
    SimController controller = controller(other);
    HomeId named = world.homes().get(which % world.homes().size()).id();
    controller.later(0, () -> controller.lead().make(named));
  }

  void drop(int other) {
    SimController controller = controller(other);
    controller.later(0, () -> controller.lead().drop());
  }

  /// Where partitions come and go, one that takes itself for who leads, if there is one.
  private SimController controller(int other) {
    List<SimController> all = world.controllers();
    List<SimController> leading =
        world.nesting().on() ? all.stream().filter(c -> c.lead().leads()).toList() : List.of();
    List<SimController> asked = leading.isEmpty() ? all : leading;
    return asked.get(other % asked.size());
  }

  private void ask(
      SimController controller, PartitionId id, SimHome to, boolean keepSource, boolean takeover) {
    Scenario.Protocol protocol = world.scenario().protocol();
    controller.later(
        0,
        () ->
            controller.submit(
                new SimController.Request(
                    id,
                    to.placement(),
                    protocol.budget(),
                    protocol.barrier(),
                    keepSource,
                    takeover)));
  }

  /// Mostly another home than the one where the partition is.
  private SimHome target(PartitionId id, int which) {
    List<SimHome> homes = world.homes();
    SimHome to = homes.get(which % homes.size());
    boolean there =
        world
            .checker()
            .record(id)
            .filter(p -> p.ownership().reads().home().equals(to.id()))
            .isPresent();
    return there && which % 8 != 0 ? homes.get((which + 1) % homes.size()) : to;
  }

  void abort(PartitionId id) {
    world.controllers().stream()
        .filter(Proc::up)
        .forEach(controller -> controller.later(0, () -> controller.abort(id)));
  }

  void commit(PartitionId id) {
    world.controllers().stream()
        .filter(Proc::up)
        .forEach(controller -> controller.later(0, () -> controller.commit(id)));
  }
}
