package dev.drover.sim.scale;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.driver.Outcome;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.core.mover.MoverOptions;
import dev.drover.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Plays moves in a fleet of a given size, without faults, and tells how long writes were held: at
/// each gateway, from the moment it stops admitting them to the moment it admits them again at the
/// new home.
public final class Scale {
  private static final Duration PAUSE_MAX = Duration.ofMinutes(5);

  /// The homes between which all partitions move.
  static final HomeId FROM = new HomeId("a");

  static final HomeId TO = new HomeId("b");

  private Scale() {}

  /// A fleet, and what it does.
  ///
  /// @param moves so many at once, all of which enter their holds together: the worst case
  /// @param rounds so often, one after the other
  public record Fleet(int gateways, int partitions, int moves, int rounds, long seed) {
    public Fleet {
      if (gateways < 1 || partitions < moves || moves < 1 || rounds < 1) {
        throw new IllegalArgumentException(
            "a fleet has at least one gateway, and a partition for each move");
      }
    }
  }

  /// What was seen.
  ///
  /// @param requests what the store was asked
  /// @param told watches that it has told of a change
  /// @param views of the fleet that drivers have looked at
  /// @param steps of the simulation
  public record Result(
      Fleet fleet, Pauses pauses, long requests, long told, long views, long steps) {}

  /// How long writes were held, of all gateways and moves.
  public record Pauses(double p50Millis, double p99Millis, double maxMillis) {}

  public static Result play(Fleet fleet, Costs costs) {
    return new Playing(fleet, costs).play();
  }

  private static final class Playing {
    private final Fleet fleet;
    private final Costs costs;
    private final Clockwork time;
    private final QueuedStore store;
    private final Workers cpus;
    private final List<Long> pauses = new ArrayList<>();
    private final List<Partition> records = new ArrayList<>();
    private final List<ScaledDriver> drivers = new ArrayList<>();
    private final List<Runnable> copies = new ArrayList<>();
    private int ended;

    Playing(Fleet fleet, Costs costs) {
      this.fleet = fleet;
      this.costs = costs;
      this.time = new Clockwork(fleet.seed());
      this.store = new QueuedStore(time, costs, fleet.partitions());
      this.cpus = new Workers(time, costs.drivers().cores());
      for (int i = 0; i < fleet.moves() * fleet.rounds(); i++) {
        PartitionId id = new PartitionId(Simulation.ENGINE, "p" + i);
        records.add(Partition.at(id, new Placement(FROM, id.name()), Hlc.ZERO));
      }
      List<Found> found = records.stream().map(record -> Found.of(record, 0)).toList();
      for (int i = 0; i < fleet.gateways(); i++) {
        ScaledGateway _ = new ScaledGateway(time, costs.gateways(), store, i, found, pauses::add);
      }
    }

    Result play() {
      while (time.step()) {}
      for (int round = 0; round < fleet.rounds(); round++) {
        ended = 0;
        for (Partition record :
            records.subList(round * fleet.moves(), (round + 1) * fleet.moves())) {
          begin(record);
        }
        while (ended < fleet.moves() && time.step()) {}
        if (ended < fleet.moves()) {
          throw new IllegalStateException(
              "only " + ended + " of " + fleet.moves() + " moves ended");
        }
      }
      while (time.step()) {}
      Collections.sort(pauses);
      return new Result(
          fleet,
          new Pauses(millis(50), millis(99), millis(100)),
          store.requests(),
          store.told(),
          drivers.stream().mapToLong(ScaledDriver::views).sum(),
          time.steps());
    }

    private double millis(int percent) {
      int rank = (int) Math.ceil(percent / 100.0 * pauses.size());
      return pauses.get(Math.max(0, rank - 1)) / 1e6;
    }

    private void begin(Partition record) {
      Move move =
          Move.begun(
              new MoveId("m-" + record.id().name()),
              new ControllerId("scale"),
              new Move.Plan(
                  Budget.DEFAULT.withPause(PAUSE_MAX),
                  Barrier.RECEIPTS,
                  MoverOptions.DEFAULT,
                  SourceFence.OUTSIDERS,
                  List.of()),
              List.of(),
              Hlc.ZERO);
      Placement to = new Placement(TO, record.id().name());
      if (!(Transition.begin(record, to, move, new Hlc(time.now().wallMillis(), 0))
          instanceof Transition.Granted begun)) {
        throw new IllegalStateException("a move could not begin from " + record);
      }
      store.putRecord(begun.next(), 0, version -> drive(begun.next(), version));
    }

    private void drive(Partition record, long version) {
      drivers.add(
          new ScaledDriver(time, costs, store, cpus, record, version, this::copied, this::ended));
    }

    /// Ends all copies of a round together.
    private void copied(Runnable goOn) {
      copies.add(goOn);
      if (copies.size() == fleet.moves()) {
        List<Runnable> all = List.copyOf(copies);
        copies.clear();
        all.forEach(each -> time.in(0, each));
      }
    }

    private void ended(Outcome outcome) {
      if (!(outcome instanceof Outcome.Completed)) {
        throw new IllegalStateException("a move ended with " + outcome);
      }
      ended++;
    }
  }
}
