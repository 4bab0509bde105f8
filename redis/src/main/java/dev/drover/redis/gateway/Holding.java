package dev.drover.redis.gateway;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How much is held, over all event loops, and its limits.
final class Holding {
  private final long bytesMax;
  private final int requestsMax;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder held = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong longestNanos = new AtomicLong();

  Holding(long bytesMax, int requestsMax) {
    this.bytesMax = bytesMax;
    this.requestsMax = requestsMax;
  }

  /// @return false if a limit is reached; then nothing was added
  boolean add(long requestBytes) {
    if (requests.incrementAndGet() > requestsMax) {
      requests.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(requestBytes) > bytesMax) {
      bytes.addAndGet(-requestBytes);
      requests.decrementAndGet();
      return false;
    }
    held.increment();
    return true;
  }

  void remove(long requestBytes, long nanos) {
    bytes.addAndGet(-requestBytes);
    requests.decrementAndGet();
    longestNanos.accumulateAndGet(nanos, Math::max);
  }

  void refused() {
    refused.increment();
  }

  long heldNow() {
    return requests.get();
  }

  long heldSoFar() {
    return held.sum();
  }

  long refusedSoFar() {
    return refused.sum();
  }

  long longestNanos() {
    return longestNanos.get();
  }
}
