package dev.drover.core;

import java.nio.charset.StandardCharsets;

/// The name of a partition. For `redis` it is the scope's key prefix, for `opensearch` the tenant,
/// for `vshard` its number.
///
/// Any text of 1 to 512 bytes of UTF-8 without control characters.
public record PartitionId(String value) implements Comparable<PartitionId> {
  public static final int BYTES_MAX = 512;

  public PartitionId {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a partition's name must have 1 to " + BYTES_MAX + " bytes, but has " + bytes);
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a partition's name may not hold control characters");
    }
  }

  @Override
  public int compareTo(PartitionId that) {
    return value.compareTo(that.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
