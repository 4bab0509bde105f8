package dev.drover.redis.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Slows down those who try passwords: each failure from one address is answered later than the one
/// before. A right password is never slowed down. Thread-safe.
final class Logins {
  private static final int ADDRESSES_MAX = 10_000;
  private static final long FORGET_NANOS = 60_000_000_000L;
  private static final long FIRST_MILLIS = 20;
  private static final int DOUBLINGS_MAX = 6;

  private final LongSupplier nanos;
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > ADDRESSES_MAX;
        }
      };
  private long total;

  private record Failures(int count, long lastNanos) {}

  Logins(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Counts a failure.
  ///
  /// @return how long its answer has to wait, in milliseconds: 20 at first, at most 1,280
  synchronized long failed(String address) {
    long now = nanos.getAsLong();
    Failures before = byAddress.get(address);
    int count = before == null || now - before.lastNanos() > FORGET_NANOS ? 0 : before.count();
    byAddress.put(address, new Failures(count + 1, now));
    total++;
    return FIRST_MILLIS << Math.min(count, DOUBLINGS_MAX);
  }

  synchronized long failures() {
    return total;
  }
}
