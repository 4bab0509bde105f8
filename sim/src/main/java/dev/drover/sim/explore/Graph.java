package dev.drover.sim.explore;

import java.util.Arrays;
import java.util.BitSet;

/// The states that were found, by fingerprint, numbered in the order in which they were; how each
/// was found first; and which steps lead from one to another without a mishap.
final class Graph {
  /// An open hash table of the states' numbers, each plus 1.
  private int[] slots = new int[1 << 13];

  private long[] prints = new long[1 << 12];
  private int[] parents = new int[1 << 12];
  private char[] ordinals = new char[1 << 12];
  private long[] firsts = new long[1 << 12];
  private int[][] targets = new int[1][];
  private long edges;
  private int size;
  private final BitSet ends = new BitSet();

  private static final int CHUNK_BITS = 20;
  private static final int CHUNK = 1 << CHUNK_BITS;

  int size() {
    return size;
  }

  /// The number of the state with this fingerprint, or -1 - number if it is new.
  int number(long fingerprint, int parent, int ordinal) {
    if (size * 3L > slots.length * 2L) {
      grow();
    }
    int slot = slot(fingerprint);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    int next = size++;
    if (next == parents.length) {
      int more = next + (next >> 1);
      prints = Arrays.copyOf(prints, more);
      parents = Arrays.copyOf(parents, more);
      ordinals = Arrays.copyOf(ordinals, more);
      firsts = Arrays.copyOf(firsts, more);
    }
    slots[slot] = next + 1;
    prints[next] = fingerprint;
    parents[next] = parent;
    ordinals[next] = (char) ordinal;
    return -1 - next;
  }

  private int slot(long fingerprint) {
    int slot = (int) (fingerprint & (slots.length - 1));
    while (slots[slot] != 0 && prints[slots[slot] - 1] != fingerprint) {
      slot = slot + 1 & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int i = 0; i < size; i++) {
      slots[slot(prints[i])] = i + 1;
    }
  }

  int parent(int state) {
    return parents[state];
  }

  int ordinal(int state) {
    return ordinals[state];
  }

  /// From here on edges start at this state; states come in order.
  void from(int state) {
    firsts[state] = edges;
  }

  void edge(int to) {
    int chunk = (int) (edges >>> CHUNK_BITS);
    if (chunk == targets.length) {
      targets = Arrays.copyOf(targets, chunk * 2);
    }
    if (targets[chunk] == null) {
      targets[chunk] = new int[CHUNK];
    }
    targets[chunk][(int) (edges++ & (CHUNK - 1))] = to;
  }

  void end(int state) {
    ends.set(state);
  }

  int ends() {
    return ends.cardinality();
  }

  /// The first state from which no end can be reached, or -1. Sweeps from the last state to the
  /// first until nothing is added: most steps lead to states that were found later.
  int firstWithoutEnd() {
    BitSet good = (BitSet) ends.clone();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int state = good.previousClearBit(size - 1);
          state >= 0;
          state = state == 0 ? -1 : good.previousClearBit(state - 1)) {
        if (leadsTo(state, good)) {
          good.set(state);
          changed = true;
        }
      }
    }
    int bad = good.nextClearBit(0);
    return bad < size ? bad : -1;
  }

  private boolean leadsTo(int state, BitSet good) {
    long until = state + 1 < size ? firsts[state + 1] : edges;
    for (long e = firsts[state]; e < until; e++) {
      if (good.get(targets[(int) (e >>> CHUNK_BITS)][(int) (e & (CHUNK - 1))])) {
        return true;
      }
    }
    return false;
  }
}
