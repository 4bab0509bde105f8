package dev.drover.opensearch.move;

import dev.drover.core.EngineState;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.tenant.Locator;
import java.util.ArrayList;
import java.util.List;

/// What a move owes, as a function of how far it has come. Pure.
final class Debts {
  static final String PURGE_SOURCE = "purge-source";
  static final String REMOVE_COPIES = "remove-copies";
  static final String LIFT_BLOCK = "lift-block";
  static final String DROP_NAMES = "drop-names";
  static final String DROP_NOTES = "drop-notes";

  private Debts() {}

  /// The block goes first: writers wait for it. What was copied goes only if this move may have
  /// changed anything at the target.
  static List<Undo> onAbort(MoverTask task, EngineState state) {
    List<Undo> all = new ArrayList<>();
    CopyState come = CopyState.read(state);
    if (come.blocking()) {
      all.add(owed(LIFT_BLOCK, task.from(), task));
    }
    if (come.making()) {
      all.add(owed(REMOVE_COPIES, task.to(), task));
    }
    all.add(owed(DROP_NAMES, task.to(), task));
    if (come.making()) {
      all.add(owed(DROP_NOTES, task.from(), task));
    }
    return List.copyOf(all);
  }

  /// A source that is kept goes on refusing writes if it can.
  static List<Undo> onComplete(MoverTask task) {
    List<Undo> all = new ArrayList<>();
    all.add(owed(DROP_NAMES, task.to(), task));
    if (!task.options().keepSource()) {
      all.add(owed(PURGE_SOURCE, task.from(), task));
    }
    all.add(owed(DROP_NOTES, task.from(), task));
    return List.copyOf(all);
  }

  private static Undo owed(String action, Placement at, MoverTask task) {
    return new Undo(action, at, task.move(), task.options());
  }

  /// Whether the place's indices can be blocked: not those that other tenants write to.
  static boolean blocks(Placement at) {
    return !Locator.parse(at.locator()).shared();
  }
}
