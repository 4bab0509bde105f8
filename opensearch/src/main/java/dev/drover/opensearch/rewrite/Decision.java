package dev.drover.opensearch.rewrite;

/// What becomes of an endpoint or a parameter at one kind of placement.
public enum Decision {
  /// It goes to the cluster as it is. At every placement the gateway changes the names of indices
  /// and `_primary_term`, there and back.
  PASS("passes"),
  /// It goes to the cluster, but the body, an id or a routing is changed first, and the answer is
  /// changed back.
  REWRITE("is rewritten"),
  /// The gateway does it itself: the cluster does not see it, or sees other requests.
  HANDLED("done by the gateway"),
  /// Only if the operator has allowed it ([Switches]).
  SWITCH("by a switch"),
  /// It is answered with an error that names it.
  REFUSE("refused");

  private final String text;

  Decision(String text) {
    this.text = text;
  }

  /// For documents.
  public String text() {
    return text;
  }
}
