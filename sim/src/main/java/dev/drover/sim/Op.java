package dev.drover.sim;

import dev.drover.core.PartitionId;
import java.util.List;

/// One request of a client.
///
/// @param write the number that it writes, or 0 for a read
/// @param targets the keys that it writes, each in a partition of its own; or the one that it reads
record Op(long write, List<Target> targets) {
  /// One key of one partition.
  record Target(PartitionId partition, int key) {}

  boolean isWrite() {
    return write != 0;
  }

  Target target() {
    return targets.getFirst();
  }

  @Override
  public String toString() {
    return (isWrite() ? "write " + write + " to " : "read ") + targets;
  }
}
