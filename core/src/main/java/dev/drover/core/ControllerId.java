package dev.drover.core;

/// The name of one controller process, new with each start.
public record ControllerId(String value) implements Comparable<ControllerId> {
  public ControllerId {
    Names.checked("controller", value);
  }

  @Override
  public int compareTo(ControllerId that) {
    return value.compareTo(that.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
