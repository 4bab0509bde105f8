package dev.drover.redis.gateway;

import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the scope of a key: the longest prefix wins. Immutable.
///
/// One pass over the key: a rolling hash is looked up at each length that any prefix has.
final class ScopeTable {
  static final ScopeTable EMPTY = new ScopeTable(List.of(), 0);
  private static final int PRIME = 0x01000193;
  private static final int OFFSET = 0x811c9dc5;

  /// One scope.
  private static final class Scope {
    private final byte[] prefix;
    private final Gate gate;

    Scope(Gate gate) {
      this.prefix = gate.partition().name().getBytes(StandardCharsets.UTF_8);
      this.gate = gate;
    }
  }

  private final long change;
  private final Set<PartitionId> withInner = new HashSet<>();
  private final int[] lengths;
  private final @Nullable Scope[] slots;

  /// @param change the last change of the scopes that it has
  ScopeTable(Collection<Gate> gates, long change) {
    this.change = change;
    TreeSet<Integer> distinct = new TreeSet<>();
    int size = Integer.highestOneBit(Math.max(4, gates.size()) * 4 - 1);
    slots = new @Nullable Scope[size];
    for (Gate gate : gates) {
      Scope scope = new Scope(gate);
      distinct.add(scope.prefix.length);
      int hash = OFFSET;
      for (byte b : scope.prefix) {
        hash = (hash ^ b) * PRIME;
      }
      int at = spread(hash) & (size - 1);
      while (slots[at] != null) {
        at = (at + 1) & (size - 1);
      }
      slots[at] = scope;
    }
    markOuter();
    lengths = distinct.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Sorted by their bytes, the scopes inside another one follow it.
  private void markOuter() {
    List<Scope> sorted =
        Arrays.stream(slots)
            .filter(Objects::nonNull)
            .sorted((a, b) -> Arrays.compareUnsigned(a.prefix, b.prefix))
            .toList();
    for (int i = 0; i + 1 < sorted.size(); i++) {
      byte[] outer = sorted.get(i).prefix;
      byte[] next = sorted.get(i + 1).prefix;
      if (next.length > outer.length
          && Arrays.equals(outer, 0, outer.length, next, 0, outer.length)) {
        withInner.add(sorted.get(i).gate.partition());
      }
    }
  }

  /// The last change of the scopes that it has.
  long change() {
    return change;
  }

  /// Whether other scopes are inside the gate's: their prefixes begin with its.
  boolean hasInner(Gate gate) {
    return withInner.contains(gate.partition());
  }

  /// The gate of the scope that `in[offset, offset + length)` is under, or null if it is under
  /// none.
  @Nullable Gate find(ByteBuf in, int offset, int length) {
    Gate best = null;
    int hash = OFFSET;
    int at = 0;
    for (int wanted : lengths) {
      if (wanted > length) {
        break;
      }
      for (; at < wanted; at++) {
        hash = (hash ^ in.getByte(offset + at)) * PRIME;
      }
      Gate found = at(hash, in, offset, wanted);
      if (found != null) {
        best = found;
      }
    }
    return best;
  }

  private @Nullable Gate at(int hash, ByteBuf in, int offset, int length) {
    int slot = spread(hash) & (slots.length - 1);
    for (Scope scope = slots[slot]; scope != null; scope = slots[slot]) {
      if (scope.prefix.length == length && same(scope.prefix, in, offset)) {
        return scope.gate;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return null;
  }

  private static boolean same(byte[] prefix, ByteBuf in, int offset) {
    for (int i = 0; i < prefix.length; i++) {
      if (prefix[i] != in.getByte(offset + i)) {
        return false;
      }
    }
    return true;
  }

  private static int spread(int hash) {
    return hash ^ (hash >>> 16);
  }
}
