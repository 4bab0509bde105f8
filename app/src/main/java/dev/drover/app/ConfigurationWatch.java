package dev.drover.app;

import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.ConfigurationRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells that a configuration was applied, each time it is ([ConfigurationRecord]), beginning with
/// the last one before this process followed.
final class ConfigurationWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationWatch.class);
  private static final long RETRY_MILLIS = 500;

  private final StateStore store;
  private final Consumer<ConfigurationRecord> applied;

  /// What the watch says; an empty list once it is lost.
  private final LinkedBlockingQueue<List<Entry>> news = new LinkedBlockingQueue<>();

  private final Thread thread;
  private long last = -1;
  private @Nullable Watch watch;

  private ConfigurationWatch(StateStore store, Consumer<ConfigurationRecord> applied) {
    this.store = store;
    this.applied = applied;
    this.thread = Thread.ofVirtual().name("configuration").unstarted(this::follow);
  }

  /// @param applied called by one thread; may block
  static ConfigurationWatch start(StateStore store, Consumer<ConfigurationRecord> applied) {
    ConfigurationWatch made = new ConfigurationWatch(store, applied);
    made.thread.start();
    return made;
  }

  private void follow() {
    try {
      while (true) {
        try {
          Listing now = store.list(Keys.CONFIGURATION);
          take(now.entries());
          watch = store.watch(Keys.CONFIGURATION, now.revision(), new Follower());
          for (List<Entry> said = news.take(); !said.isEmpty(); said = news.take()) {
            take(said);
          }
        } catch (StoreException e) {
          LOG.debug("whether a configuration was applied is not known: {}", e.getMessage());
        }
        stopWatching();
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    } catch (InterruptedException e) {
      stopWatching();
      Thread.currentThread().interrupt();
    }
  }

  private void stopWatching() {
    Watch running = watch;
    if (running != null) {
      running.close();
      watch = null;
    }
    news.clear();
  }

  private void take(List<Entry> entries) throws StoreException {
    for (Entry entry : entries) {
      ConfigurationRecord record =
          Records.decode(entry.key(), entry.value(), ConfigurationRecord.class);
      boolean isNew = record.number() > last;
      last = Math.max(last, record.number());
      if (isNew) {
        try {
          applied.accept(record);
        } catch (RuntimeException defect) {
          LOG.error("a defect: the configuration was not applied", defect);
        }
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private final class Follower implements WatchListener {
    @Override
    public boolean prompt() {
      return true;
    }

    @Override
    public void changed(List<Event> events) {
      for (Event event : events) {
        if (event instanceof Event.Written(Entry entry)) {
          news.add(List.of(entry));
        }
      }
    }

    @Override
    public void lost(StoreException why) {
      news.add(List.of());
    }
  }
}
