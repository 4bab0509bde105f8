package dev.drover.sim;

import java.util.ArrayList;
import java.util.List;

/// Makes the plan of a scenario happen.
final class Nemesis {
  /// Who starts slowly is down only briefly, so that it starts in the middle of things.
  private static final long SLOW_START_DOWN_NANOS = 30_000_000;

  private final World world;
  private final Operator operator;
  private final List<Fault> waiting = new ArrayList<>();
  private long lastNanos;

  Nemesis(World world) {
    this.world = world;
    this.operator = new Operator(world);
  }

  void begin(List<Fault> plan) {
    for (Fault fault : plan) {
      if (fault.stage().isEmpty()) {
        at(fault.atNanos(), fault);
      } else {
        waiting.add(fault);
      }
    }
  }

  /// A driver has entered a stage: what waits for that comes to pass.
  void entered(String stage) {
    for (Fault fault : List.copyOf(waiting)) {
      if (fault.stage().equals(stage)) {
        waiting.remove(fault);
        at(world.nowNanos() + fault.atNanos(), fault);
      }
    }
  }

  private void at(long atNanos, Fault fault) {
    lastNanos = Math.max(lastNanos, atNanos + fault.lastsNanos());
    world.at(atNanos, () -> happen(fault));
  }

  /// Nothing that is planned by now happens after this.
  long lastNanos() {
    return lastNanos;
  }

  private void happen(Fault fault) {
    if (world.healed()) {
      return;
    }
    world.coverage().fault(fault.kind().name());
    world.say("plan", fault::toString);
    List<SimController> controllers = world.controllers();
    List<Frontend> frontends = world.frontends();
    List<SimHome> homes = world.homes();
    Proc controller = pick(controllers, fault.which());
    Proc gateway = pick(frontends, fault.which());
    SimHome home = pick(homes, fault.which());
    SimHome otherHome = pick(homes, fault.other());
    SimStore store = world.store();
    switch (fault.kind()) {
      case MOVE -> operator.move(fault.which(), fault.other());
      case MAKE -> operator.make(fault.which(), fault.other());
      case DROP -> operator.drop(fault.other());
      case ABORT -> operator.abort(pick(world.partitions(), fault.which()));
      case TAKE_OVER -> operator.takeOver(fault.which(), fault.other());
      case COMMIT -> operator.commit(pick(world.partitions(), fault.which()));
      case KILL_CONTROLLER -> kill(controller, "controller", fault);
      case KILL_GATEWAY -> kill(gateway, "gateway", fault);
      case KILL_STORE -> kill(store, "store", fault);
      case KILL_HOME -> kill(home, "home", fault);
      case STOP_CONTROLLER -> controller.stop(fault.lastsNanos());
      case STOP_GATEWAY -> gateway.stop(fault.lastsNanos());
      case STOP_STORE -> store.stop(fault.lastsNanos());
      case STOP_HOME -> home.stop(fault.lastsNanos());
      case STOP_CLIENT -> pick(world.clients(), fault.which()).stop(fault.lastsNanos());
      case CUT_GATEWAY_STORE -> cut(gateway, store, fault);
      case CUT_CONTROLLER_STORE -> cut(controller, store, fault);
      case CUT_GATEWAY_HOME -> cut(gateway, otherHome, fault);
      case CUT_CONTROLLER_HOME -> cut(controller, otherHome, fault);
      case SLOW_GATEWAY_STORE -> slow(gateway, store, fault);
      case SLOW_GATEWAY_HOME -> slow(gateway, otherHome, fault);
      case SLOW_CONTROLLER_STORE -> slow(controller, store, fault);
      case ERRATIC_CONTROLLER_STORE -> erratic(controller, store, fault);
      case SLOW_CONTROLLER_HOME -> slow(controller, otherHome, fault);
      case ERRATIC_GATEWAY_STORE -> erratic(gateway, store, fault);
      case ERRATIC_GATEWAY_HOME -> erratic(gateway, otherHome, fault);
      case STALL_GATEWAY_STORE -> stall(gateway, store, fault);
      case STORE_FULL -> forAWhile(fault, () -> store.full(true), () -> store.full(false));
      case STORE_UNSURE -> forAWhile(fault, () -> store.unsure(0.3), () -> store.unsure(0));
      case LOSE_WATCHES -> store.loseWatches();
      case CORRUPT_RECORD -> store.corrupt(pick(world.partitions(), fault.which()));
      case CLOCK_JUMP ->
          pick(world.processes(), fault.which()).jump(fault.other() % 20_000 - 10_000);
      case BREAK_CAPTURES -> home.breakCaptures();
      case HOME_FULL -> forAWhile(fault, () -> home.full(true), () -> home.full(false));
      case FORGET_HOME -> {
        if (gateway instanceof SimGateway g) {
          forAWhile(fault, () -> g.restart(otherHome), () -> g.restart(null));
        }
      }
      case WRITE_AROUND ->
          world.writeAround(home, pick(world.partitions(), fault.other()), fault.lastsNanos());
      case SOURCE_LOST ->
          world.loseSource(
              pick(world.partitions(), fault.which()), fault.other(), fault.lastsNanos());
      case HOME_TOO_SLOW -> forAWhile(fault, () -> home.slowTail(true), () -> home.slowTail(false));
    }
  }

  private static <T> T pick(List<T> all, int which) {
    return all.get(which % all.size());
  }

  private void kill(Proc process, String role, Fault fault) {
    if (!process.up()) {
      return;
    }
    world.crashes(process, role);
    process.kill();
    boolean slowly = process instanceof Frontend && fault.which() % 2 == 0;
    long downNanos = slowly ? fault.lastsNanos() % SLOW_START_DOWN_NANOS : fault.lastsNanos();
    world.at(
        world.nowNanos() + downNanos,
        () -> {
          process.start();
          if (slowly) {
            slow(process, world.store(), fault);
          }
        });
  }

  private void cut(Proc a, Proc b, Fault fault) {
    forAWhile(fault, () -> world.net().cut(a, b, true), () -> world.net().cut(a, b, false));
  }

  private void slow(Proc a, Proc b, Fault fault) {
    double factor = 5 + fault.other() % 300;
    forAWhile(fault, () -> world.net().slow(a, b, factor), () -> world.net().slow(a, b, 1));
  }

  private void erratic(Proc a, Proc b, Fault fault) {
    long most = world.scenario().protocol().leases().shortLease().toNanos() * 3 / 2;
    forAWhile(fault, () -> world.net().erratic(a, b, most), () -> world.net().erratic(a, b, 0));
  }

  /// In one direction.
  private void stall(Proc gateway, Proc store, Fault fault) {
    boolean towards = fault.other() % 2 == 0;
    world.net().stall(towards ? gateway : store, towards ? store : gateway, fault.lastsNanos());
  }

  private void forAWhile(Fault fault, Runnable on, Runnable off) {
    on.run();
    world.at(world.nowNanos() + fault.lastsNanos(), off);
  }
}
