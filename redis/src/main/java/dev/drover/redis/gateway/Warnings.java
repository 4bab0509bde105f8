package dev.drover.redis.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/// Warnings that may come by the thousand: each kind is logged at most every ten seconds, with how
/// many there were. Thread-safe.
final class Warnings {
  private static final long EVERY_NANOS = 10_000_000_000L;

  private final Logger log;
  private final LongSupplier nanos;
  private final Map<String, Kind> kinds = new HashMap<>();

  private static final class Kind {
    private long lastNanos;
    private long silent;
  }

  Warnings(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /// @param format the kind, with `{}` for the last one of it
  synchronized void warn(String format, Object last) {
    long now = nanos.getAsLong();
    Kind kind = kinds.get(format);
    if (kind != null && now - kind.lastNanos < EVERY_NANOS) {
      kind.silent++;
      return;
    }
    if (kind == null) {
      kind = new Kind();
      kinds.put(format, kind);
    }
    if (kind.silent == 0) {
      log.warn(format, last);
    } else {
      log.warn(format + " ({} more since the last such line)", last, kind.silent);
    }
    kind.lastNanos = now;
    kind.silent = 0;
  }
}
