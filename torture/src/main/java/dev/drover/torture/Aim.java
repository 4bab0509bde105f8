package dev.drover.torture;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.torture.plan.Strike;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees moves enter Cutover and Opening, so that faults can be aimed there: a hold is over in
/// milliseconds, and left to chance few faults would ever begin in one.
final class Aim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Aim.class);
  private static final long AGAIN_MILLIS = 200;

  private final StateStore store;
  private final Thread thread;
  private long holds;
  private long openings;
  private int fallbacksTookOver;

  /// @param store a client past all wires, which is closed with this
  Aim(StateStore store) {
    this.store = store;
    thread = Thread.ofVirtual().name("aim").start(this::watch);
  }

  /// Waits until a move enters this state.
  ///
  /// @return whether one has
  synchronized boolean await(Strike.Aim at, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    long before = seen(at);
    while (seen(at) == before) {
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  private long seen(Strike.Aim at) {
    return switch (at) {
      case ANY -> holds + openings;
      case CUTOVER -> holds;
      case OPENING -> openings;
    };
  }

  /// How often a fallback was seen to take over.
  synchronized int fallbacksTookOver() {
    return fallbacksTookOver;
  }

  private synchronized void saw(Partition partition) {
    switch (partition.ownership()) {
      case Ownership.Cutover _ -> holds++;
      case Ownership.Opening opening -> {
        openings++;
        fallbacksTookOver += opening.move().options().takeover() ? 1 : 0;
      }
      case Ownership.Active _, Ownership.Draining _, Ownership.Reopening _ -> {}
    }
    notifyAll();
  }

  /// Watches, again and again: the store is killed and paused like everyone else.
  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watchOnce();
        Thread.sleep(AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchOnce() throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    try (Watch _ =
        store.watch(Keys.PARTITIONS, store.list(Keys.PARTITIONS).revision(), listener(lost))) {
      lost.await();
    } catch (StoreException e) {
      LOG.debug("the moves cannot be watched: {}", e.getMessage());
    }
  }

  private WatchListener listener(CountDownLatch lost) {
    return new WatchListener() {
      @Override
      public void changed(List<Event> events) {
        for (Event event : events) {
          if (event instanceof Event.Written written) {
            decode(written);
          }
        }
      }

      @Override
      public void lost(StoreException why) {
        lost.countDown();
      }
    };
  }

  private void decode(WatchListener.Event.Written written) {
    try {
      saw(Records.decode(written.entry().key(), written.entry().value(), Partition.class));
    } catch (StoreException.Corrupt e) {
      LOG.error("a corrupt record: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    store.close();
  }
}
