package dev.drover.sim.explore;

import dev.drover.core.Partition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One state of the fleet. Whoever makes one from another copies it first; once it is handed to the
/// explorer it is not changed any more.
final class State {
  GatewayState[] gateways;
  ControllerState[] controllers;

  /// The record of each epoch from [#base] on, as last written, by number; the last one is the
  /// store's. Gateways are told of them in order.
  int[] log;

  int base;
  int version;

  /// By home: the writes that it holds, and the highest term that it was told.
  int[] content;

  int[] fence;

  /// Whether home A refuses everybody, for a hold.
  boolean blocked;

  /// The writes that were acknowledged.
  int acked;

  /// Only by [Deviation#UNKNOWN_TAKEN_FOR_FAILURE]: the writes that were said to have failed.
  int failed;

  /// How often each [Mishap] may still happen.
  int[] left;

  /// What the step to here has broken, if it has.
  @Nullable String wrong;

  State(Size size, int[] log, int version) {
    gateways = new GatewayState[size.gateways()];
    Arrays.setAll(gateways, _ -> new GatewayState(size));
    controllers = new ControllerState[] {new ControllerState(), new ControllerState()};
    this.log = log;
    this.version = version;
    content = new int[2];
    fence = new int[2];
    left = size.mishaps().stream().mapToInt(n -> n).toArray();
  }

  private State(State that) {
    gateways = that.gateways.clone();
    controllers = that.controllers.clone();
    log = that.log;
    base = that.base;
    version = that.version;
    content = that.content.clone();
    fence = that.fence.clone();
    blocked = that.blocked;
    acked = that.acked;
    failed = that.failed;
    left = that.left.clone();
  }

  State copy() {
    return new State(this);
  }

  /// A copy in which this gateway may be changed.
  State changing(GatewayState gateway) {
    State copy = copy();
    for (int g = 0; g < gateways.length; g++) {
      if (gateways[g] == gateway) {
        copy.gateways[g] = gateway.copy();
      }
    }
    return copy;
  }

  @SuppressWarnings("EnumOrdinal") // not stored
  boolean may(Mishap mishap) {
    return left[mishap.ordinal()] > 0;
  }

  @SuppressWarnings("EnumOrdinal") // not stored
  State spend(Mishap mishap) {
    left[mishap.ordinal()]--;
    return this;
  }

  int epoch() {
    return base + log.length - 1;
  }

  int record() {
    return log[log.length - 1];
  }

  int recordAt(int epoch) {
    return log[epoch - base];
  }

  /// Writes the record.
  void write(Partition next, int number) {
    version++;
    if (next.epoch() == epoch()) {
      log = log.clone();
    } else {
      log = Arrays.copyOf(log, log.length + 1);
    }
    log[log.length - 1] = number;
  }

  /// Forgets records that every gateway has seen the successors of.
  void forget() {
    int oldest = epoch();
    for (GatewayState g : gateways) {
      if (g.alive) {
        oldest = Math.min(oldest, g.viewEpoch);
        if (g.earlyEpoch != 0) {
          oldest = Math.min(oldest, g.earlyEpoch);
        }
      }
    }
    if (oldest > base) {
      log = Arrays.copyOfRange(log, oldest - base, log.length);
      base = oldest;
    }
  }

  /// @param swaps whose writes stand in each other's place, as bits
  /// @param crossed whether the gateways do
  long fingerprint(Fingerprint h, int swaps, boolean crossed, Machines machines) {
    h.start();
    h.add(base, version, log.length);
    for (int number : log) {
      h.add(number);
    }
    for (int place = 0; place < gateways.length; place++) {
      int g = crossed ? 1 - place : place;
      gateways[g].into(h, (swaps & 1 << g) != 0);
    }
    for (ControllerState c : controllers) {
      int driver = crossed ? machines.swapped(c.driver) : c.driver;
      h.add(c.alive ? 1 : 0, driver);
      h.add(c.effectsNumber, c.jobsNumber, c.jobsTerm, c.strayTerm);
      h.writes(c.read);
      h.writes(c.stray);
      h.add(c.strayBehind ? 1 : 0);
    }
    h.writes(content[0]);
    h.writes(content[1]);
    h.add(fence[0], fence[1], blocked ? 1 : 0);
    h.writes(acked);
    h.writes(failed);
    for (int each : left) {
      h.add(each);
    }
    return h.end();
  }
}
