package dev.drover.core;

/// The name of an engine, which knows how to serve and to move one kind of partition: `redis`,
/// `opensearch`, `vshard`.
public record Engine(String name) {
  public static final Engine REDIS = new Engine("redis");

  public Engine {
    Names.checked("engine", name);
  }

  @Override
  public String toString() {
    return name;
  }
}
