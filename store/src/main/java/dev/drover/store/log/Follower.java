package dev.drover.store.log;

import dev.drover.store.LeaseId;
import dev.drover.store.StoreException;
import dev.drover.store.log.Cell.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads on when the log moves, and ends leases whose time is over, until closed.
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final long RETRY_MILLIS = 100;
  private static final Duration WAIT_MAX = Duration.ofSeconds(1);
  private static final Duration WAIT_MIN = Duration.ofMillis(1);

  /// Who looks more seldom has not watched.
  private static final Duration GAP_MAX = Duration.ofSeconds(5);

  private final Cell cell;
  private final LogOptions options;
  private final Replica replica;
  private final Log log;
  private final Thread thread = Thread.ofVirtual().name("log-follower").unstarted(this::run);

  /// When the last look that succeeded began.
  private long watchedNanos;

  private boolean watching;

  Follower(Cell cell, LogOptions options, Replica replica, Log log) {
    this.cell = cell;
    this.options = options;
    this.replica = replica;
    this.log = log;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!log.closed() && log.lost() == null) {
        try {
          look();
          endDue();
        } catch (StoreException e) {
          LOG.debug("cannot follow the log: {}", e.getMessage());
          watching = false;
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws StoreException, InterruptedException {
    Position at = log.position();
    long beganNanos = options.nanoClock().getAsLong();
    if (at == null) {
      log.refresh(options.deadline());
    } else if (cell.moved(at, untilDue(beganNanos))) {
      // What follows is as new as this.
      beganNanos = options.nanoClock().getAsLong();
      log.refresh(options.deadline());
    }
    long nowNanos = options.nanoClock().getAsLong();
    if (!watching || nowNanos - watchedNanos > GAP_MAX.toNanos()) {
      replica.watchingBegins();
      watching = true;
    }
    watchedNanos = beganNanos;
  }

  private Duration untilDue(long nowNanos) throws StoreException {
    long nextNanos = replica.ask((_, silence) -> silence.nextNanos(nowNanos));
    return Duration.ofNanos(Math.clamp(nextNanos, WAIT_MIN.toNanos(), WAIT_MAX.toNanos()));
  }

  private void endDue() throws StoreException {
    long watched = watchedNanos;
    List<Long> due = replica.ask((_, silence) -> silence.due(watched));
    for (long lease : due) {
      boolean ended =
          log.<Boolean>commit(
              (map, silence) ->
                  silence.isDue(lease, watched)
                      ? LogStore.plan(map.decideEnd(new LeaseId(lease)))
                      : new Log.Plan<>(List.of(), false),
              options.deadline());
      if (ended) {
        LOG.info("Lease {} was not kept alive in time and has expired", new LeaseId(lease));
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
