package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Slows a copy down while a node's memory is nearly full. Looks once a second; a node that does
/// not say is taken to have room, for what is too much for it is refused there anyway. Thread-safe.
final class Pressure {
  private static final Logger LOG = LoggerFactory.getLogger(Pressure.class);
  private static final String POOLS =
      "/_nodes/stats/jvm?filter_path=nodes.*.jvm.mem.pools.old.used_in_bytes,nodes.*.jvm.mem.pools.old.max_in_bytes";
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double FULL = 0.92;
  private static final long PAUSE_MILLIS = 250;

  private final List<HomeClient> homes;
  private final LongSupplier nanoClock;
  private final Progress progress;
  private final AtomicLong lookedAt;
  private volatile String full = "";

  Pressure(List<HomeClient> homes, LongSupplier nanoClock, Progress progress) {
    this.homes = List.copyOf(homes);
    this.nanoClock = nanoClock;
    this.progress = progress;
    this.lookedAt = new AtomicLong(nanoClock.getAsLong() - EVERY_NANOS);
  }

  /// Waits a moment if a node's memory is nearly full.
  void await() throws InterruptedException {
    long now = nanoClock.getAsLong();
    long last = lookedAt.get();
    if (now - last >= EVERY_NANOS && lookedAt.compareAndSet(last, now)) {
      full = look();
    }
    if (!full.isEmpty()) {
      progress.stalled(full);
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private String look() throws InterruptedException {
    for (HomeClient home : homes) {
      try {
        for (JsonNode node : home.get(POOLS).path("nodes")) {
          JsonNode old = node.path("jvm").path("mem").path("pools").path("old");
          double used = old.path("used_in_bytes").asDouble(0);
          double max = old.path("max_in_bytes").asDouble(0);
          if (max > 0 && used / max > FULL) {
            return "memory at " + home.home();
          }
        }
      } catch (HomeFailure e) {
        LOG.debug("{} does not say how full its memory is", home.home(), e);
      }
    }
    return "";
  }
}
