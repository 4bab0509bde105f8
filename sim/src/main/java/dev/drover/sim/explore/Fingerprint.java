package dev.drover.sim.explore;

/// A 64-bit hash of a state as it looks when gateways, and the writes of each, change places in one
/// way.
///
/// Of n states two share one with a probability of about n² / 2⁶⁵: 3 in a million for ten million.
final class Fingerprint {
  private final int[] masks;
  private long hash;

  /// @param masks for each set of writes the same one after the change of places
  Fingerprint(int[] masks) {
    this.masks = masks;
  }

  void start() {
    hash = 0x9E3779B97F4A7C15L;
  }

  void add(long value) {
    long h = (hash ^ value) * 0xBF58476D1CE4E5B9L;
    h ^= h >>> 29;
    h *= 0x94D049BB133111EBL;
    hash = h ^ (h >>> 32);
  }

  void add(int a, int b) {
    add((long) a << 32 | (b & 0xffffffffL));
  }

  void add(int a, int b, int c) {
    add(a, b);
    add(c);
  }

  /// Four numbers between -1 and 32766.
  void add(int a, int b, int c, int d) {
    add((a & 0xffffL) << 48 | (b & 0xffffL) << 32 | (c & 0xffffL) << 16 | (d & 0xffffL));
  }

  void writes(int mask) {
    add(mask < 0 ? mask : masks[mask]);
  }

  long end() {
    return hash;
  }
}
