package dev.drover.redis.move;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A sum of 128 bits over the hashes of parts (MurmurHash3 x64). Adding is commutative, so the
/// order of the parts does not matter; where it must, the position goes into the seed.
///
/// Finds accidents, not forgeries.
final class Digest {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private long high;
  private long low;
  private long partHigh;
  private long partLow;

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  boolean same(Digest that) {
    return high == that.high && low == that.low;
  }

  /// Adds a part on its own.
  void add(long seed, byte[] part) {
    hash(seed, seed, part);
    sum(partHigh, partLow);
  }

  /// Adds a pair, such as a field and its value; the hash of the first seeds the second.
  void add(long seed, byte[] first, byte[] second) {
    hash(seed, seed, first);
    hash(partHigh, partLow, second);
    sum(partHigh, partLow);
  }

  /// Adds numbers as one part.
  void add(long seed, long a, long b) {
    long h = mix(a + seed * C1);
    long l = mix(b + h * C2);
    sum(mix(h + l), l);
  }

  /// Adds a whole digest to this one.
  void add(Digest that) {
    sum(that.high, that.low);
  }

  private void sum(long h, long l) {
    low += l;
    high += h + (Long.compareUnsigned(low, l) < 0 ? 1 : 0);
  }

  private void hash(long seedHigh, long seedLow, byte[] data) {
    long h1 = seedHigh;
    long h2 = seedLow;
    int end = data.length & ~15;
    for (int i = 0; i < end; i += 16) {
      h1 ^= Long.rotateLeft((long) LONGS.get(data, i) * C1, 31) * C2;
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= Long.rotateLeft((long) LONGS.get(data, i + 8) * C2, 33) * C1;
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    long k1 = 0;
    long k2 = 0;
    for (int i = data.length - 1; i >= end; i--) {
      if (i - end >= 8) {
        k2 = k2 << 8 | (data[i] & 0xffL);
      } else {
        k1 = k1 << 8 | (data[i] & 0xffL);
      }
    }
    h1 ^= Long.rotateLeft(k1 * C1, 31) * C2;
    h2 ^= Long.rotateLeft(k2 * C2, 33) * C1;
    h1 ^= data.length;
    h2 ^= data.length;
    h1 += h2;
    h2 += h1;
    h1 = mix(h1);
    h2 = mix(h2);
    h1 += h2;
    h2 += h1;
    partHigh = h1;
    partLow = h2;
  }

  private static long mix(long value) {
    long k = value;
    k ^= k >>> 33;
    k *= 0xff51afd7ed558ccdL;
    k ^= k >>> 33;
    k *= 0xc4ceb9fe1a85ec53L;
    return k ^ (k >>> 33);
  }

  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
