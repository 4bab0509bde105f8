package dev.drover.opensearch.move;

import java.nio.ByteBuffer;

/// An order-independent sum of documents: their 128-bit sums are added, modulo 2^128.
final class Digest {
  private long high;
  private long low;

  void add(byte[] sum) {
    ByteBuffer bytes = ByteBuffer.wrap(sum);
    add(bytes.getLong(), bytes.getLong());
  }

  void add(Digest other) {
    add(other.high, other.low);
  }

  private void add(long moreHigh, long moreLow) {
    low += moreLow;
    boolean carry = Long.compareUnsigned(low, moreLow) < 0;
    high += moreHigh + (carry ? 1 : 0);
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
