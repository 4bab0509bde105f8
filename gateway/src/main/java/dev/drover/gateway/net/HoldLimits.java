package dev.drover.gateway.net;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// How much is held over all event loops, and its limits: requests that wait for a route, and
/// requests that have not come as a whole. The latter may take half of the bytes, so that there is
/// always room for the former.
public final class HoldLimits {
  private volatile HoldOptions options;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong unfinished = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder held = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong longestNanos = new AtomicLong();

  public HoldLimits(HoldOptions options) {
    this.options = options;
  }

  /// The most that one request may have that must be there as a whole before it goes anywhere.
  public long requestBytesMax() {
    return options.bytesMax() / 4;
  }

  public long unfinishedBytesMax() {
    return options.bytesMax() / 2;
  }

  public HoldOptions options() {
    return options;
  }

  /// Other limits hold from now on. What is held stays, also where it is more than they allow.
  void limit(HoldOptions now) {
    options = now;
  }

  /// @return false if a limit is reached; then nothing was added
  public boolean add(long requestBytes) {
    if (requests.incrementAndGet() > options.requestsMax()) {
      requests.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(requestBytes) > options.bytesMax()) {
      bytes.addAndGet(-requestBytes);
      requests.decrementAndGet();
      return false;
    }
    held.increment();
    return true;
  }

  public void remove(long requestBytes, long nanos) {
    bytes.addAndGet(-requestBytes);
    requests.decrementAndGet();
    longestNanos.accumulateAndGet(nanos, Math::max);
  }

  /// More or less is kept of requests that have not come as a whole.
  public void unfinished(long moreBytes) {
    bytes.addAndGet(moreBytes);
    unfinished.addAndGet(moreBytes);
  }

  public boolean tooMuchUnfinished() {
    return unfinished.get() > unfinishedBytesMax();
  }

  /// An unfinished request was dropped because there was no room.
  public void dropped() {
    dropped.increment();
  }

  public long heldNow() {
    return requests.get();
  }

  public long bytesNow() {
    return bytes.get();
  }

  public long heldSoFar() {
    return held.sum();
  }

  public long droppedSoFar() {
    return dropped.sum();
  }

  public long longestNanos() {
    return longestNanos.get();
  }
}
