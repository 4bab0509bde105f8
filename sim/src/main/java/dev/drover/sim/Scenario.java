package dev.drover.sim;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.SourceFence;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.EngineModel;
import dev.drover.core.mover.EngineModel.FencesTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All that a seed decides before its run begins: the fleet, its options, its clients, and the plan
/// of what happens to it.
///
/// @param plan what happens to it
record Scenario(
    long seed,
    Fleet fleet,
    Workload workload,
    Protocol protocol,
    Surroundings surroundings,
    List<Fault> plan) {

  /// Who there is.
  ///
  /// @param steps whether the engine has durable steps of its own
  /// @param nests whether the second partition lies inside the first one, and comes and goes
  /// @param notes whether a home's capture does not show some writes, which gateways note there
  record Fleet(
      int gateways,
      int freshGateways,
      int controllers,
      List<HomeTraits> homes,
      boolean steps,
      int partitions,
      boolean nests,
      boolean notes) {}

  /// What clients do.
  ///
  /// @param operations of each client
  /// @param thinkNanosMax the longest wait of a client between two operations
  record Workload(
      int clients, int keys, int operations, long thinkNanosMax, boolean writesToSeveral) {}

  /// The options of the protocol.
  ///
  /// @param timed whether moves have a timed barrier, and clients embed the library; else they talk
  ///   to gateways
  record Protocol(
      boolean timed,
      LeaseOptions leases,
      Budget budget,
      Duration abortTimeout,
      boolean keepSource) {

    /// How long a gateway holds a write at most: the budget and one short lease (I7), and with a
    /// timed barrier that too.
    long holdMaxNanos() {
      return budget
          .pause()
          .plus(leases.shortLease())
          .plus(timed ? hold() : Duration.ZERO)
          .toNanos();
    }

    /// A controller's own lease: several of its rounds.
    Duration claimLease() {
      return leases.shortLease().plus(SimController.ROUND.multipliedBy(2));
    }

    Barrier barrier() {
      return timed ? new Barrier.Timed(hold()) : Barrier.RECEIPTS;
    }

    private static Duration hold() {
      return Duration.ofNanos((GOOD_FOR_NANOS + WRITE_TIMEOUT_NANOS) * 11 / 10);
    }
  }

  /// How the store, the clocks and the network behave all the time.
  ///
  /// @param lossy the probability that a connection breaks under a request
  record Surroundings(boolean storeOrdersRequests, double driftMax, double lossy) {}

  /// How far clocks may run apart: less than the drift margin allows.
  private static final double DRIFT_MAX = 0.045;

  private static final long MILLI = 1_000_000;

  /// What an embedding program has read is good for so long.
  static final long GOOD_FOR_NANOS = 300 * MILLI;

  /// What a home has not answered to an embedding program within this time is unknown.
  static final long WRITE_TIMEOUT_NANOS = 200 * MILLI;

  private static final int FAULTS_MAX = 12;
  private static final List<String> STAGES = stages(Set.of(Stage.Ended.class, Stage.Copied.class));

  /// Those of an engine whose gateways note.
  private static final List<String> NOTING_STAGES = stages(Set.of(Stage.Ended.class));

  private static List<String> stages(Set<Class<?>> without) {
    List<String> names = new ArrayList<>();
    for (Class<?> stage : Stage.class.getPermittedSubclasses()) {
      if (!without.contains(stage) && stage != Stage.Hold.class) {
        names.add(stage.getSimpleName());
      }
    }
    return names;
  }

  /// A fleet whose homes and engine are drawn.
  static Scenario of(long seed, Profile profile) {
    return of(seed, profile, Optional.empty());
  }

  /// @param model the engine; empty for one that is drawn
  static Scenario of(long seed, Profile profile, Optional<EngineModel> model) {
    Chance chance = Chance.of(seed, "scenario");
    boolean timed = profile == Profile.ALL && chance.happens(0.1);
    boolean nests = profile == Profile.NESTING;
    Duration shortLease = Duration.ofMillis(chance.between(150, 600));
    Duration longLease = shortLease.multipliedBy(chance.between(1, 6));
    LeaseOptions leases =
        new LeaseOptions(longLease, shortLease, shortLease.dividedBy(chance.between(3, 5)), 0.1);
    int homes = 2 + chance.below(2);
    List<HomeTraits> traits = new ArrayList<>();
    double captureLoss = chance.happens(0.3) ? 0.02 : 0;
    Chance engine = Chance.of(seed, "engine");
    boolean blocks = profile == Profile.BLOCKS || (mixed(profile) && engine.happens(0.3));
    boolean names = profile == Profile.NAMES || (mixed(profile) && engine.happens(0.3));
    boolean drawnSteps = profile == Profile.STEPS || (mixed(profile) && engine.happens(0.3));
    boolean steps = model.map(EngineModel::steps).orElse(drawnSteps);
    boolean drawnNotes =
        profile == Profile.NOTES || (profile == Profile.ALL && engine.happens(0.3));
    // A program that embeds the library notes nothing.
    boolean notes = model.map(EngineModel::gatewaysNote).orElse(drawnNotes) && !timed && !nests;
    for (int i = 0; i < homes; i++) {
      boolean fences = chance.happens(0.5);
      FencesTarget drawnTarget = chance.pick(FencesTarget.BY_TERM, FencesTarget.BY_VERSION);
      // What a fence has in common with another partition's is not modelled where keys change
      // partitions: terms belong to partitions, versions to keys (docs/decisions/0101).
      FencesTarget conditional = nests ? FencesTarget.BY_TERM : drawnTarget;
      double loss = chance.happens(0.5) ? captureLoss : 0;
      HomeTraits drawn =
          new HomeTraits(
              fences && !nests, blocks && !nests, names ? FencesTarget.BY_NAME : conditional, loss);
      traits.add(model.map(known -> home(known, loss)).orElse(drawn));
    }
    Budget budget =
        new Budget(
            Duration.ofMillis(chance.between(60, 500)),
            (int) chance.between(2, 8),
            Duration.ofMillis(chance.between(10, 200)),
            Duration.ofMillis(chance.between(1_000, 6_000)));
    // The order of these draws is part of what a seed means.
    return new Scenario(
        seed,
        fleet(chance, timed, traits, steps, nests, notes),
        new Workload(
            2 + chance.below(3),
            (1 + chance.below(3)) * (nests ? 2 : 1),
            15 + chance.below(45),
            chance.pick(5, 20, 60) * MILLI,
            chance.happens(0.5)),
        new Protocol(
            timed,
            leases,
            budget,
            Duration.ofSeconds(chance.pick(2, 60)),
            chance.happens(0.2) && !nests),
        new Surroundings(
            chance.happens(0.5),
            chance.happens(0.5) ? DRIFT_MAX : 0,
            chance.happens(0.3) && profile != Profile.CALM ? 0.01 : 0),
        plan(chance, profile, leases, notes ? NOTING_STAGES : STAGES));
  }

  private static Fleet fleet(
      Chance chance,
      boolean timed,
      List<HomeTraits> traits,
      boolean steps,
      boolean nests,
      boolean notes) {
    int gateways = timed ? 0 : 1 + chance.below(3);
    int fresh = !timed && chance.happens(0.3) ? 1 : 0;
    int controllers = 1 + chance.below(2);
    int partitions = chance.happens(0.4) ? 2 : 1;
    return nests
        ? new Fleet(gateways, 0, 2, traits, steps, 2, true, false)
        : new Fleet(gateways, fresh, controllers, traits, steps, partitions, false, notes);
  }

  private static HomeTraits home(EngineModel model, double captureLoss) {
    return new HomeTraits(
        model.fencesSource(),
        model.sourceFence() == SourceFence.EVERYONE,
        model.fencesTarget(),
        captureLoss);
  }

  /// Whether homes of all kinds and engines with and without steps are drawn.
  private static boolean mixed(Profile profile) {
    return profile == Profile.ALL || profile == Profile.CRASHES || profile == Profile.NESTING;
  }

  private static List<Fault> plan(
      Chance chance, Profile profile, LeaseOptions leases, List<String> stages) {
    List<Fault> plan = new ArrayList<>();
    long atNanos = chance.between(100, 400) * MILLI;
    int moves = 2 + chance.below(5);
    List<Long> begins = new ArrayList<>();
    for (int i = 0; i < moves; i++) {
      begins.add(atNanos);
      plan.add(at(plan.size(), Fault.Kind.MOVE, atNanos, "", 0, chance));
      atNanos += chance.pick(20, 150, 500, 1_200) * MILLI;
    }
    if (chance.happens(0.25)) {
      plan.add(trigger(plan.size(), Fault.Kind.ABORT, chance.pick(begins), 0, stages, chance));
    }
    List<Long> changes = profile == Profile.NESTING ? comeAndGo(chance, plan, leases) : List.of();
    if (profile == Profile.NOTES) {
      givenUp(chance, plan, begins, leases);
    }
    List<Fault.Kind> kinds = new ArrayList<>(profile.kinds());
    if (kinds.isEmpty()) {
      return plan;
    }
    while (kinds.size() > 2 && chance.happens(0.85)) {
      kinds.remove(chance.below(kinds.size()));
    }
    int faults = 1 + chance.below(FAULTS_MAX);
    for (int i = 0; i < faults; i++) {
      Fault.Kind kind = chance.pick(kinds);
      if (kind != Fault.Kind.MOVE && kind != Fault.Kind.ABORT) {
        long lasts = lasts(chance, leases);
        if (!changes.isEmpty() && chance.happens(0.6)) {
          long around = chance.pick(changes) + chance.between(-150, 50) * MILLI;
          plan.add(at(plan.size(), kind, around, "", lasts, chance));
        } else {
          plan.add(trigger(plan.size(), kind, chance.pick(begins), lasts, stages, chance));
        }
      }
    }
    return plan;
  }

  /// The inner partition is made known and dropped, often right before a move.
  ///
  /// @return when
  private static List<Long> comeAndGo(Chance chance, List<Fault> plan, LeaseOptions leases) {
    List<Long> changes = new ArrayList<>();
    long atNanos = chance.between(300, 900) * MILLI;
    int times = 2 + chance.below(6);
    for (int i = 0; i < times; i++) {
      boolean makes = chance.happens(0.6);
      plan.add(at(plan.size(), makes ? Fault.Kind.MAKE : Fault.Kind.DROP, atNanos, "", 0, chance));
      changes.add(atNanos);
      if (chance.happens(0.3)) {
        plan.addAll(cutOff(chance, plan.size(), atNanos, leases));
      }
      if (chance.happens(0.7)) {
        atNanos += chance.pick(0, 1, 5, 30) * MILLI;
        Fault move = at(plan.size(), Fault.Kind.MOVE, atNanos, "", 0, chance);
        // The outer one, after a drop.
        int which = makes ? move.which() : move.which() / 2 * 2;
        plan.add(new Fault(move.number(), move.kind(), atNanos, "", 0, which, move.other()));
      }
      atNanos += chance.pick(1, 5, 100, 400, 1_200) * MILLI;
    }
    return changes;
  }

  /// Moves are aborted soon, and the next one begins at once, while what a gateway has sent for the
  /// first one is still on its way.
  private static void givenUp(
      Chance chance, List<Fault> plan, List<Long> begins, LeaseOptions leases) {
    int moves = begins.size();
    for (int i = 0; i < moves; i++) {
      if (chance.happens(0.4)) {
        int which = plan.get(i).which();
        long abortNanos = begins.get(i) + chance.between(5, 120) * MILLI;
        long againNanos = abortNanos + chance.between(0, 40) * MILLI;
        long slowNanos = begins.get(i) - chance.between(0, 40) * MILLI;
        long lasts = 3 * leases.shortLease().toNanos();
        Fault.Kind slow = Fault.Kind.ERRATIC_GATEWAY_HOME;
        plan.add(at(plan.size(), slow, slowNanos, "", lasts, chance));
        plan.add(at(plan.size(), slow, slowNanos, "", lasts, chance));
        plan.add(at(plan.size(), Fault.Kind.ABORT, abortNanos, "", 0, which, chance));
        plan.add(at(plan.size(), Fault.Kind.MOVE, againNanos, "", 0, which, chance));
      }
    }
  }

  /// Writes of a gateway take long around a change, and then it does not reach the store: who moves
  /// what was changed does not wait for it.
  private static List<Fault> cutOff(
      Chance chance, int number, long changeNanos, LeaseOptions leases) {
    int which = chance.below(1_000_000);
    int other = chance.below(1_000_000);
    long longNanos = 3 * leases.shortLease().toNanos();
    long slowNanos = changeNanos - chance.between(0, 100) * MILLI;
    long cutNanos = changeNanos + chance.between(4, 60) * MILLI;
    Fault.Kind slow = Fault.Kind.ERRATIC_GATEWAY_HOME;
    Fault.Kind cut = Fault.Kind.CUT_GATEWAY_STORE;
    return List.of(
        new Fault(number, slow, slowNanos, "", longNanos, which, other),
        new Fault(number + 1, cut, cutNanos, "", longNanos, which, other));
  }

  /// Mostly as long as decides something: around the leases.
  private static long lasts(Chance chance, LeaseOptions leases) {
    long shortNanos = leases.shortLease().toNanos();
    return switch (chance.below(5)) {
      case 0 -> chance.between(1, 50) * MILLI;
      case 1 -> chance.between(1, shortNanos);
      case 2, 3 -> chance.between(shortNanos / 2, 3 * shortNanos);
      default -> chance.between(shortNanos, leases.longLease().toNanos() * 3 / 2);
    };
  }

  private static Fault trigger(
      int number,
      Fault.Kind kind,
      long beginNanos,
      long lasts,
      List<String> stages,
      Chance chance) {
    String stage = chance.happens(0.75) ? chance.pick(stages) : "";
    long at =
        stage.isEmpty()
            ? beginNanos + chance.between(0, 700) * MILLI
            : chance.happens(0.4) ? 0 : chance.between(0, 8) * MILLI / 4;
    return at(number, kind, at, stage, lasts, chance);
  }

  private static Fault at(
      int number, Fault.Kind kind, long atNanos, String stage, long lasts, Chance chance) {
    return at(number, kind, atNanos, stage, lasts, chance.below(1_000_000), chance);
  }

  private static Fault at(
      int number,
      Fault.Kind kind,
      long atNanos,
      String stage,
      long lasts,
      int which,
      Chance chance) {
    return new Fault(number, kind, atNanos, stage, lasts, which, chance.below(1_000_000));
  }

  /// Whether a home's capture does not show this write.
  boolean silent(Op op) {
    return fleet.notes() && op.isWrite() && Chance.of(seed + op.write(), "silent").happens(0.5);
  }

  boolean losesSources() {
    return plan.stream().anyMatch(fault -> fault.kind() == Fault.Kind.SOURCE_LOST);
  }

  /// The same with a part of the plan and of the clients' work.
  Scenario with(List<Fault> kept, int clientsKept, int operationsKept) {
    Workload less =
        new Workload(
            clientsKept,
            workload.keys(),
            operationsKept,
            workload.thinkNanosMax(),
            workload.writesToSeveral());
    return new Scenario(seed, fleet, less, protocol, surroundings, kept);
  }
}
