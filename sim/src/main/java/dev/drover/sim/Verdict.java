package dev.drover.sim;

import org.jspecify.annotations.Nullable;

/// What a gateway answers.
sealed interface Verdict {
  /// The write is done.
  record Acknowledged() implements Verdict {
    @Override
    public String toString() {
      return "done";
    }
  }

  /// What was read.
  record Value(@Nullable Cell cell) implements Verdict {
    @Override
    public String toString() {
      return Cell.words(cell);
    }
  }

  /// Nothing was done; the same may be tried again.
  record Refused() implements Verdict {
    @Override
    public String toString() {
      return "refused";
    }
  }

  /// It may or may not have been done.
  record Unsure() implements Verdict {
    @Override
    public String toString() {
      return "outcome unknown";
    }
  }
}
