package dev.drover.sim;

/// An invariant does not hold (docs/design.md, "What must always hold").
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String invariant;

  /// @param invariant its name: `I1` to `I12`
  Violation(String invariant, String what) {
    super(invariant + ": " + what);
    this.invariant = invariant;
  }

  String invariant() {
    return invariant;
  }
}
