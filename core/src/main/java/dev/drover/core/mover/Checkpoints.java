package dev.drover.core.mover;

import dev.drover.core.EngineState;

/// Where a session writes down how far its engine has come, so that whoever resumes the move goes
/// on from there.
public interface Checkpoints {
  /// What the record says.
  EngineState state();

  /// Writes a state into the record, together with what an abort owes from then on
  /// ([Mover#owedOnAbort]). Returns once the store has it: so an engine writes down that it comes
  /// to a step before it takes it, and that it has taken it before it counts on that. In a hold
  /// this costs writers one write of the store.
  ///
  /// To be called by the session's own thread, while it does what it was asked to, but not from
  /// [MoverSession#unfenceSource]: in Reopening the record takes no state.
  ///
  /// @return false if nothing was written, because processes of an older version run that could not
  ///   read such a record: go on as if there were no states, or refuse
  /// @throws InterruptedException if the move is given up or is another driver's by now
  boolean reached(EngineState state) throws InterruptedException;

  /// Keeps nothing.
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public EngineState state() {
          return EngineState.NONE;
        }

        @Override
        public boolean reached(EngineState state) {
          return false;
        }
      };
}
