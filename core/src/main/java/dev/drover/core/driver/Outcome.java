package dev.drover.core.driver;

import dev.drover.core.Certificate;

/// How a driver's work has ended.
public sealed interface Outcome {
  /// The partition is active at its new home.
  record Completed(Certificate certificate) implements Outcome {}

  /// The partition is active at its old home.
  record Aborted(String reason) implements Outcome {}

  /// What an earlier driver owed is worked off.
  record DebtsPaid() implements Outcome {}

  /// Another driver has taken over, or the move has ended without this one.
  record Overtaken(String reason) implements Outcome {}
}
