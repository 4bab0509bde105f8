package dev.drover.redis.gateway;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How much is held over all event loops, and its limits: requests that wait for a route, and
/// requests that have not come as a whole. The latter may take half of the bytes, so that there is
/// always room for the former.
final class Holding {
  private final long bytesMax;
  private final int requestsMax;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong unfinished = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder held = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong longestNanos = new AtomicLong();

  Holding(RedisGatewayOptions.Hold limits) {
    this.bytesMax = limits.bytesMax();
    this.requestsMax = limits.requestsMax();
  }

  /// The most that one request may have that must be there as a whole before it goes anywhere.
  long requestBytesMax() {
    return bytesMax / 4;
  }

  long unfinishedBytesMax() {
    return bytesMax / 2;
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

  /// More or less is kept of requests that have not come as a whole.
  void unfinished(long moreBytes) {
    bytes.addAndGet(moreBytes);
    unfinished.addAndGet(moreBytes);
  }

  boolean tooMuchUnfinished() {
    return unfinished.get() > unfinishedBytesMax();
  }

  /// An unfinished request was dropped because there was no room.
  void dropped() {
    dropped.increment();
  }

  long heldNow() {
    return requests.get();
  }

  long bytesNow() {
    return bytes.get();
  }

  long heldSoFar() {
    return held.sum();
  }

  long droppedSoFar() {
    return dropped.sum();
  }

  long longestNanos() {
    return longestNanos.get();
  }
}
