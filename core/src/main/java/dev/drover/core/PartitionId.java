package dev.drover.core;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/// The name of a partition: an engine, and what that engine calls it (a key prefix, a tenant, a
/// number). Partitions of different engines have nothing to do with each other, whatever they are
/// called. As text it is `ENGINE/NAME`.
///
/// @param name any text of 1 to 512 bytes of UTF-8 without control characters
public record PartitionId(Engine engine, String name) implements Comparable<PartitionId> {
  public static final int BYTES_MAX = 512;
  private static final Comparator<PartitionId> ORDER =
      Comparator.comparing(PartitionId::engine).thenComparing(PartitionId::name);

  public PartitionId {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a partition's name must have 1 to " + BYTES_MAX + " bytes, but has " + bytes);
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a partition's name may not hold control characters");
    }
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws IllegalArgumentException if no engine is named, or one of the two is no name
  public static PartitionId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' names no engine: a partition is written ENGINE/NAME");
    }
    return new PartitionId(new Engine(text.substring(0, slash)), text.substring(slash + 1));
  }

  @Override
  public int compareTo(PartitionId that) {
    return ORDER.compare(this, that);
  }

  @Override
  public String toString() {
    return engine + "/" + name;
  }
}
