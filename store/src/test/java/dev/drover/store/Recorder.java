package dev.drover.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A listener that keeps what it is told, and a way to wait for it.
public final class Recorder implements WatchListener {
  private static final long DEADLINE_MILLIS = 30_000;

  private final List<Event> events = new ArrayList<>();
  private @Nullable StoreException lost;

  @Override
  public synchronized void changed(List<Event> more) {
    if (lost != null || more.isEmpty()) {
      throw new IllegalStateException("called after the end, or with nothing");
    }
    events.addAll(more);
    notifyAll();
  }

  @Override
  public synchronized void lost(StoreException why) {
    if (lost != null) {
      throw new IllegalStateException("lost twice");
    }
    lost = why;
    notifyAll();
  }

  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /// Waits until the events meet a condition.
  public synchronized List<Event> await(Predicate<List<Event>> condition)
      throws InterruptedException {
    long left = DEADLINE_MILLIS;
    while (!condition.test(events)) {
      if (left <= 0 || lost != null) {
        throw new AssertionError(
            "%d events, lost: %s; waited in vain".formatted(events.size(), lost));
      }
      wait(10);
      left -= 10;
    }
    return List.copyOf(events);
  }

  public synchronized StoreException awaitLost() throws InterruptedException {
    for (long left = DEADLINE_MILLIS; lost == null; left -= 10) {
      if (left <= 0) {
        throw new AssertionError("the watch was not lost");
      }
      wait(10);
    }
    return lost;
  }

  /// The map that the events make of a listing, checking that they are in order.
  public synchronized Map<String, Long> replayedOn(Listing listing) {
    var map = new TreeMap<String, Long>();
    listing.entries().forEach(entry -> map.put(entry.key(), entry.version()));
    long last = listing.revision();
    for (Event event : events) {
      if (event.revision() < last || (event.revision() == last && last == listing.revision())) {
        throw new AssertionError("revision " + event.revision() + " after " + last);
      }
      last = event.revision();
      switch (event) {
        case Event.Written written -> map.put(written.key(), written.revision());
        case Event.Deleted deleted -> map.remove(deleted.key());
      }
    }
    return map;
  }
}
