package dev.drover.store;

/// The name of a lease; never given twice by one store.
public record LeaseId(long value) {
  public LeaseId {
    if (value <= 0) {
      throw new IllegalArgumentException("a lease id is greater than 0, but was " + value);
    }
  }

  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
