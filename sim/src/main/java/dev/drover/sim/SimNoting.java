package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Route;
import dev.drover.sim.Frontend.Applied;
import java.util.Objects;
import java.util.function.Consumer;

/// One write at one home, and whether what the home's capture does not show of it is noted there
/// (docs/design.md, M11): before the home is sent it if the partition moves, and when the home has
/// answered if the partition has begun to move since, or has begun another move.
final class SimNoting {
  private final SimGateway gateway;
  private final World world;
  private final Op op;
  private final Op.Target target;
  private final Gate gate;
  private final HomeId home;

  /// The epoch under which it was noted last, 0 if it was not.
  private long notedEpoch;

  SimNoting(SimGateway gateway, Op op, Op.Target target, Gate gate, Route route) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.op = op;
    this.target = target;
    this.gate = gate;
    this.home = Objects.requireNonNull(route.writes()).home();
  }

  /// @param then told what the home has answered; the client may be answered then
  void write(Consumer<Applied> then) {
    if (!due()) {
      send(then);
      return;
    }
    world.coverage().noted("before it is sent");
    note(
        noted -> {
          if (noted) {
            send(then);
          } else {
            then.accept(Applied.NO);
          }
        });
  }

  private void send(Consumer<Applied> then) {
    gateway.append(home, op, target, applied -> answered(applied, then));
  }

  private void answered(Applied applied, Consumer<Applied> then) {
    boolean mayBeDone = applied == Applied.YES || applied == Applied.UNKNOWN;
    boolean again = notedEpoch != 0;
    boolean asked = again ? world.rules().notedForEachMove() : world.rules().notedAtTheAnswer();
    if (!mayBeDone || !asked || !due()) {
      then.accept(applied);
      return;
    }
    world.coverage().noted(again ? "again, under another epoch" : "at the answer");
    if (world.rules().notedBeforeTheAnswer()) {
      note(noted -> then.accept(noted ? applied : Applied.UNKNOWN));
    } else {
      then.accept(applied);
      note(_ -> {});
    }
  }

  private boolean due() {
    Route now = gate.route();
    return world.rules().gatewaysNote()
        && world.scenario().silent(op)
        && now.moving()
        && now.epoch() != notedEpoch;
  }

  private void note(Consumer<Boolean> then) {
    notedEpoch = gate.route().epoch();
    world.say(gateway.name, () -> "notes at " + home + " what " + op + " changes");
    gateway.note(home, target, then);
  }
}
