package dev.drover.opensearch.rewrite;

/// What becomes of one JSON value. When it is called, the walk stands at the value's first token;
/// when it returns, at its last.
@FunctionalInterface
interface Rule {
  void walk(Walk walk) throws Refused;

  /// What becomes of a key that is a field's name, and of its value. When it is called, the walk
  /// stands at the value's first token. It writes the key too.
  @FunctionalInterface
  interface OfField {
    void walk(Walk walk, String field) throws Refused;
  }
}
