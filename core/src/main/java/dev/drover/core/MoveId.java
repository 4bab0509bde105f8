package dev.drover.core;

/// The name of a move, unique for all time.
public record MoveId(String value) implements Comparable<MoveId> {
  public MoveId {
    Names.checked("move", value);
  }

  @Override
  public int compareTo(MoveId that) {
    return value.compareTo(that.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
