package dev.drover.sim;

/// What each wrong version does that is about gateways' notes ([WrongVersion]).
final class WrongNotes {
  static final Rules COMPARES_BEFORE_ALL_KNOW =
      new Rules() {
        @Override
        boolean comparesOnceAllKnow() {
          return false;
        }
      };

  static final Rules DELETES_NOT_NOTED =
      new Rules() {
        @Override
        boolean gatewaysNote() {
          return false;
        }
      };

  static final Rules NOT_NOTED_AT_THE_ANSWER =
      new Rules() {
        @Override
        boolean notedAtTheAnswer() {
          return false;
        }
      };

  static final Rules NOTED_FOR_AN_EARLIER_MOVE =
      new Rules() {
        @Override
        boolean notedForEachMove() {
          return false;
        }
      };

  static final Rules NOTED_TOO_LATE =
      new Rules() {
        @Override
        boolean notedBeforeTheAnswer() {
          return false;
        }
      };

  static final Rules NOTES_NOT_READ_IN_THE_HOLD =
      new Rules() {
        @Override
        boolean notesAreReadInTheHold() {
          return false;
        }
      };

  static final Rules NOTES_ASKED_FOR_ONCE =
      new Rules() {
        @Override
        boolean notesAreAskedForAgain() {
          return false;
        }
      };

  private WrongNotes() {}
}
