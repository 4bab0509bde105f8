package dev.drover.sim;

import dev.drover.core.Undo;
import java.util.List;

/// What each wrong version does that is about an engine's own steps ([WrongVersion]).
final class WrongSteps {
  static final Rules COMPENSATION_FORGOTTEN =
      new Rules() {
        @Override
        List<Undo> owedOnAbort(List<Undo> owed) {
          return owed.stream().filter(undo -> !undo.action().equals(SimEngine.LEAVE)).toList();
        }
      };

  static final Rules COMPENSATIONS_OUT_OF_ORDER =
      new Rules() {
        @Override
        List<Undo> owedOnAbort(List<Undo> owed) {
          return owed.reversed();
        }
      };

  static final Rules COMPENSATION_NOT_REPEATABLE =
      new Rules() {
        @Override
        boolean compensationsMayBeRepeated() {
          return false;
        }
      };

  static final Rules STEP_BEFORE_IT_IS_WRITTEN_DOWN =
      new Rules() {
        @Override
        boolean stepsAreWrittenDownFirst() {
          return false;
        }
      };

  static final Rules STATE_NOT_YET_TRUE =
      new Rules() {
        @Override
        boolean statesFollowSteps() {
          return false;
        }
      };

  private WrongSteps() {}
}
