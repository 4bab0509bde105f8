package dev.drover.core;

/// The name of an engine, which knows how to serve and to move one kind of partition.
public record Engine(String name) implements Comparable<Engine> {
  /// The engine of whatever names none in the store: Drover began with one engine, whose name its
  /// keys and records left out (docs/decisions/0090).
  public static final Engine FIRST = new Engine("redis");

  public Engine {
    Names.checked("engine", name);
  }

  @Override
  public int compareTo(Engine that) {
    return name.compareTo(that.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
