package dev.drover.sim;

import dev.drover.core.EngineState;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import java.util.ArrayList;
import java.util.List;

/// The steps of a simulated engine that has some of its own: a target joins before anything is
/// copied there, and is promoted once it holds everything. Each step is written down before it is
/// taken, and again once it is taken; what an abort owes depends on how far that is.
enum SimEngine {
  NEW,
  JOINING,
  JOINED,
  PROMOTING,
  PROMOTED;

  static final String LEAVE = "leave";
  static final String DEMOTE = "demote";

  /// After a finished move the target is a member like any other.
  static final String SEAT = "seat";

  static SimEngine of(EngineState state) {
    return state.none() ? NEW : valueOf(state.text());
  }

  EngineState state() {
    return new EngineState(1, name());
  }

  boolean before(SimEngine that) {
    return compareTo(that) < 0;
  }

  /// What an abort owes, in order.
  List<Undo> owedOnAbort(MoveId move, Placement from, Placement to, MoverOptions options) {
    List<Undo> owed = new ArrayList<>();
    if (!before(PROMOTING)) {
      owed.add(new Undo(DEMOTE, to, move, options));
    }
    if (!before(JOINING)) {
      owed.add(new Undo(LEAVE, to, move, options));
    }
    owed.add(new Undo("remove-copies", to, move, options));
    owed.add(new Undo("lift-fence", from, move, options));
    return owed;
  }
}
