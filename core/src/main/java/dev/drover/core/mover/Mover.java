package dev.drover.core.mover;

import dev.drover.core.EngineState;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import java.util.List;

/// An engine's part of a move (docs/design.md, "Movers"). Thread-safe; what belongs to one move is
/// in its [MoverSession].
public interface Mover {
  /// What its engine's words mean.
  EngineTraits traits();

  /// Looks at both homes, changes neither, and says whether the move can begin.
  ///
  /// @throws MoverException if a home cannot be asked at all
  Preflight preflight(MoverTask task) throws MoverException;

  /// Connects to both homes. Changes nothing yet.
  ///
  /// @param checkpoints how far an earlier driver of this move has come, and where to say how far
  ///   this one does
  MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints)
      throws MoverException;

  /// What has to be put right when the move is aborted with its engine in this state, in order.
  /// Pure; recorded before anything is done, and with each state.
  List<Undo> owedOnAbort(MoverTask task, EngineState state);

  /// What is left to do once the partition is active at its new home, in order. Pure.
  List<Undo> owedOnComplete(MoverTask task);

  /// Works off one [Undo] of `partition` under this fencing term, whether it removes copies, lifts
  /// a fence or brings over what a lost home held; done already is done. What is not known to be
  /// worthless is set aside, never deleted.
  ///
  /// @param owner where the partition is now
  /// @return all that stands aside of this move at that home
  /// @throws MoverException.Fenced if a higher term was seen at its home; what this call has not
  ///   undone by then it will not undo
  Kept undo(PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener)
      throws MoverException, InterruptedException;

  /// What an operator's decision on what stands aside of a move owes, to be worked off by [#undo].
  /// Pure.
  ///
  /// @param at where it stands
  default Undo decided(Kept.Decision decision, Placement at, MoveId move) {
    String action =
        switch (decision) {
          case DROP -> Undo.DROP_ASIDE;
          case BRING -> Undo.BRING_ASIDE;
          case REPLACE -> Undo.REPLACE_BY_ASIDE;
        };
    return new Undo(action, at, move, MoverOptions.DEFAULT);
  }
}
