package dev.drover.sim;

import dev.drover.core.PartitionId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/// Those who are told of each change at a home.
final class SimCaptures {
  private final World world;
  private final SimHome home;
  private final Chance chance;
  private final double loss;
  private final Set<Capture> open = new LinkedHashSet<>();

  /// @param loss the probability that a change breaks the capture that it should be told on
  SimCaptures(World world, SimHome home, Chance chance, double loss) {
    this.world = world;
    this.home = home;
    this.chance = chance;
    this.loss = loss;
  }

  /// Told of each change of what a mover works on, in order, until the connection breaks.
  final class Capture {
    private final Scope scope;
    private final Proc to;
    private final LongConsumer told;
    private final Runnable lost;
    private final String lane;

    private Capture(Scope scope, Proc to, LongConsumer told, Runnable lost) {
      this.scope = scope;
      this.to = to;
      this.told = told;
      this.lost = lost;
      this.lane = "capture " + world.number();
    }

    void close() {
      open.remove(this);
    }

    private void tell(long what) {
      world.net().tell(home, to, lane, () -> told.accept(what), this::broken);
    }

    private void broken() {
      if (open.remove(this)) {
        to.later(chance.between(100_000, 100_000_000), lost);
      }
    }
  }

  /// @param told a key that has changed, or a sentinel: a negative number
  Capture begin(Scope scope, Proc to, LongConsumer told, Runnable lost) {
    Capture capture = new Capture(scope, to, told, lost);
    open.add(capture);
    return capture;
  }

  /// Sends a sentinel after everything that has changed so far.
  ///
  /// @return false if that capture has broken
  boolean sentinel(Capture capture, long number) {
    if (open.contains(capture)) {
      capture.tell(-number);
      return true;
    }
    return false;
  }

  void changed(PartitionId id, int key) {
    for (Capture capture : new ArrayList<>(open)) {
      if (capture.scope.covers(id, key)) {
        if (chance.happens(loss)) {
          capture.broken();
        } else {
          capture.tell(key);
        }
      }
    }
  }

  void breakAll() {
    new ArrayList<>(open).forEach(Capture::broken);
  }
}
