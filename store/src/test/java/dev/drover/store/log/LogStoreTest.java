package dev.drover.store.log;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import java.time.Duration;

/// The conformance kit on a log in memory, by two clients.
final class LogStoreTest extends LeaseAndWatchConformance {
  static final int HISTORY_EVENTS = 500;

  static LogOptions options() {
    return new LogOptions(Duration.ofSeconds(10), HISTORY_EVENTS, 8 << 20, System::nanoTime);
  }

  @Override
  protected StoreFixture open() {
    MemoryCell cell = new MemoryCell();
    LogStore first = LogStore.open(cell.open(), options());
    LogStore second = LogStore.open(cell.open(), options());
    return new StoreFixture() {
      @Override
      public StateStore store() {
        return first;
      }

      @Override
      public StateStore secondClient() {
        return second;
      }

      @Override
      public boolean restart() {
        return false;
      }

      @Override
      public void close() {
        first.close();
        second.close();
      }
    };
  }

  @Override
  protected int changesThatExceedHistory() {
    return 2 * HISTORY_EVENTS;
  }
}
