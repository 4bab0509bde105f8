package dev.drover.core;

/// How much of a step was done when the record was last written.
///
/// @param items copied so far
/// @param bytes copied so far
/// @param note the engine's own words, for people; empty if none
public record Checkpoint(long items, long bytes, String note) {
  public static final Checkpoint NONE = new Checkpoint(0, 0, "");
}
