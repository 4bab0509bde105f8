package dev.drover.core;

/// The name of a home: a place that can hold partitions.
public record HomeId(String value) implements Comparable<HomeId> {
  public HomeId {
    Names.checked("home", value);
  }

  @Override
  public int compareTo(HomeId that) {
    return value.compareTo(that.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
