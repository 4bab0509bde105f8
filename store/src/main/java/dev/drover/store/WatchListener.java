package dev.drover.store;

import java.util.List;

/// Told of changes, one call at a time, in the order of revisions. Must not block for long.
public interface WatchListener {
  /// @param events not empty; all changes of one or more whole revisions
  void changed(List<Event> events);

  /// Whether, as of now, both calls only take note: they neither block nor call the store. Then the
  /// listener may be called by the thread that makes a change, and hears of it sooner.
  default boolean prompt() {
    return false;
  }

  /// The watch has ended and changes may follow that it would not have reported.
  void lost(StoreException why);

  /// One change.
  sealed interface Event {
    String key();

    long revision();

    /// The key was written.
    record Written(Entry entry) implements Event {
      @Override
      public String key() {
        return entry.key();
      }

      @Override
      public long revision() {
        return entry.version();
      }
    }

    /// The key was deleted, or its lease has ended.
    record Deleted(String key, long revision) implements Event {}
  }
}
