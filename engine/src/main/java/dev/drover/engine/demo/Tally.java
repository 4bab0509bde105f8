package dev.drover.engine.demo;

/// A place in the partition that one writer owns, and that holds a number which only grows.
///
/// @param key its entry, as it is called at the homes
/// @param field what of the entry it is; empty if it is all of it
public record Tally(Kind kind, String key, String field) {
  /// What a write does.
  public enum Kind {
    /// It overwrites the number.
    LAST,
    /// It adds one.
    COUNT,
    /// It appends the number to those before it.
    LOG
  }

  @Override
  public String toString() {
    return key + (field.isEmpty() ? "" : " " + field);
  }
}
