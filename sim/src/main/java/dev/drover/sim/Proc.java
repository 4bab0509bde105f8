package dev.drover.sim;

import dev.drover.core.Moment;

/// A process: it can be killed and started again, it can be stopped for any time between any two of
/// its steps, and it has clocks of its own, which drift and jump.
class Proc {
  final World world;
  final String name;
  private boolean up = true;
  private int life = 1;
  private long stoppedUntilNanos;
  private double rate = 1;
  private long nanosBase;
  private long wallOffsetMillis;

  Proc(World world, String name) {
    this.world = world;
    this.name = name;
  }

  // --- clocks

  /// How fast its monotonic clock runs, and where it stands.
  final void clock(double runs, long baseNanos, long wallOffset) {
    nanosBase = baseNanos - (long) (world.nowNanos() * runs);
    rate = runs;
    wallOffsetMillis = wallOffset;
  }

  /// The wall clock jumps.
  final void jump(long millis) {
    wallOffsetMillis += millis;
  }

  /// Its monotonic clock.
  final long nanos() {
    return nanosBase + (long) (world.nowNanos() * rate);
  }

  final long wallMillis() {
    return Math.max(0, 1_000_000 + world.nowNanos() / 1_000_000 + wallOffsetMillis);
  }

  final Moment now() {
    return new Moment(nanos(), wallMillis());
  }

  // --- steps

  /// A step of this process once `delayNanos` of true time have passed; not done if it is killed
  /// before.
  final void later(long delayNanos, Runnable step) {
    later(delayNanos, step, () -> {});
  }

  /// As the other.
  ///
  /// @param otherwise done instead if the process was killed before
  final void later(long delayNanos, Runnable step, Runnable otherwise) {
    plan(world.nowNanos() + delayNanos, life, step, otherwise);
  }

  /// A step once its own clock shows that time.
  final void atLocal(long atNanos, Runnable step) {
    later((long) Math.max(0, (atNanos - nanos()) / rate) + 1, step);
  }

  private void plan(long atNanos, int ofLife, Runnable step, Runnable otherwise) {
    world.at(
        atNanos,
        () -> {
          if (!up || life != ofLife) {
            otherwise.run();
          } else if (world.nowNanos() < stoppedUntilNanos) {
            plan(stoppedUntilNanos, ofLife, step, otherwise);
          } else {
            step.run();
            world.stepped(this);
          }
        });
  }

  // --- faults

  final boolean up() {
    return up;
  }

  /// Counts its starts.
  final int life() {
    return life;
  }

  final boolean stopped() {
    return world.nowNanos() < stoppedUntilNanos;
  }

  final long stoppedUntilNanos() {
    return stoppedUntilNanos;
  }

  /// SIGSTOP, and SIGCONT after a while.
  final void stop(long forNanos) {
    if (up) {
      world.say(name, () -> "is stopped for " + forNanos / 1_000_000 + " ms");
      stoppedUntilNanos = Math.max(stoppedUntilNanos, world.nowNanos() + forNanos);
      world.stopped(this);
    }
  }

  /// SIGCONT now.
  final void go() {
    stoppedUntilNanos = Math.min(stoppedUntilNanos, world.nowNanos());
  }

  /// SIGKILL.
  final void kill() {
    if (up) {
      world.say(name, () -> "is killed");
      up = false;
      stoppedUntilNanos = 0;
      killed();
    }
  }

  /// Starts it again after it was killed.
  final void start() {
    if (!up) {
      up = true;
      life++;
      world.say(name, () -> "is started");
      started();
    }
  }

  /// What dies with the process.
  void killed() {}

  /// What a new process begins with.
  void started() {}

  @Override
  public final String toString() {
    return name;
  }
}
