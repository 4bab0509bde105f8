package dev.drover.sim.explore;

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
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import dev.drover.sim.Simulation;
import java.util.List;
import java.util.Set;

/// Where the exploration starts: every gateway serves the partition at home A, and the first
/// controller has just begun to move it to home B.
final class Start {
  static final List<String> NAMES = List.of("A", "B");
  static final List<ControllerId> CONTROLLERS =
      List.of(new ControllerId("c0"), new ControllerId("c1"));
  static final int A = 0;
  static final int B = 1;
  private static final Placement AT_A = new Placement(new HomeId("A"), "all");
  private static final Placement AT_B = new Placement(new HomeId("B"), "all");

  /// Those that every gateway knows.
  static final Set<HomeId> HOMES = Set.of(AT_A.home(), AT_B.home());

  private Start() {}

  static int home(Placement placement) {
    return placement.equals(AT_A) ? A : B;
  }

  static State state(Size size, Machines machines, ControllerSteps controllers) {
    Partition rest = Partition.at(new PartitionId(Simulation.ENGINE, "p"), AT_A, Hlc.ZERO);
    if (!(Transition.begin(rest, AT_B, move(machines), Hlc.ZERO)
        instanceof Transition.Granted begun)) {
      throw new IllegalStateException("the move cannot begin");
    }
    Partition first = Timeless.of(begun.next());
    int[] log = {machines.partitions.of(rest), machines.partitions.of(first)};
    State state = new State(size, log, 2);
    controllers.start(state, 0);
    return state;
  }

  private static Move move(Machines machines) {
    MoveId id = new MoveId("m");
    return Move.begun(
        id,
        CONTROLLERS.getFirst(),
        new Move.Plan(
            Budget.DEFAULT,
            Barrier.RECEIPTS,
            MoverOptions.DEFAULT,
            machines.blocks() && !machines.deviates(Deviation.REOPENS_BEFORE_UNFENCED)
                ? SourceFence.EVERYONE
                : SourceFence.OUTSIDERS,
            List.of(new Undo("purge-source", AT_A, id, MoverOptions.DEFAULT))),
        List.of(new Undo("remove-copies", AT_B, id, MoverOptions.DEFAULT)),
        Hlc.ZERO);
  }
}
