package dev.drover.sim;

import dev.drover.core.PartitionId;

/// The keys that a mover works on.
///
/// @param partition whose fences, marks and notes they are under
/// @param root the partition under which homes hold them
/// @param above the keys that are greater than this
/// @param upTo the last of them
record Scope(PartitionId partition, PartitionId root, int above, int upTo) {
  /// All keys of a partition that lies in no other, and has none inside.
  static Scope all(PartitionId id) {
    return new Scope(id, id, -1, Integer.MAX_VALUE);
  }

  boolean covers(int key) {
    return key > above && key <= upTo;
  }

  boolean covers(PartitionId heldUnder, int key) {
    return root.equals(heldUnder) && covers(key);
  }
}
