package dev.drover.sim;

import java.util.List;

/// A source of chance that is the same for the same seed, on any machine. Source: SplitMix64
/// (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
final class Chance {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  Chance(long seed) {
    state = mix(seed + GAMMA);
  }

  /// A source of its own for `purpose`, so that what one draws changes nothing for another.
  static Chance of(long seed, String purpose) {
    long hash = seed;
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash * 31 + purpose.charAt(i));
    }
    return new Chance(hash);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  long next() {
    state += GAMMA;
    return mix(state);
  }

  /// 0 to `bound` - 1.
  int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  /// `low` to `high`, both included.
  long between(long low, long high) {
    return low + (next() >>> 1) % (high - low + 1);
  }

  double fraction() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  boolean happens(double probability) {
    return fraction() < probability;
  }

  <T> T pick(List<T> all) {
    return all.get(below(all.size()));
  }

  @SafeVarargs
  final <T> T pick(T... all) {
    return all[below(all.length)];
  }
}
