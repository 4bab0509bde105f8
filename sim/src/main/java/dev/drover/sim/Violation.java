package dev.drover.sim;

/// An invariant of DESIGN.md §7 does not hold.
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String invariant;

  /// @param invariant its name: `I1` to `I9`
  Violation(String invariant, String what) {
    super(invariant + ": " + what);
    this.invariant = invariant;
  }

  String invariant() {
    return invariant;
  }
}
