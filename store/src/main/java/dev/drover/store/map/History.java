package dev.drover.store.map;

import dev.drover.store.WatchListener.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The most recent changes, whole revisions each, bounded by count and by bytes of values.
final class History {
  /// What one change counts for besides its value.
  private static final int EVENT_BYTES = 128;

  private final ArrayDeque<List<Event>> revisions = new ArrayDeque<>();
  private final int eventsMax;
  private final long bytesMax;

  /// Every change after this revision is here.
  private long floor;

  private int events;
  private long bytes;

  History(int eventsMax, long bytesMax) {
    this.eventsMax = eventsMax;
    this.bytesMax = bytesMax;
  }

  void startAfter(long revision) {
    revisions.clear();
    events = 0;
    bytes = 0;
    floor = revision;
  }

  void add(List<Event> revision) {
    revisions.addLast(revision);
    events += revision.size();
    bytes += sizeOf(revision);
    while (events > eventsMax || bytes > bytesMax) {
      List<Event> oldest = revisions.removeFirst();
      events -= oldest.size();
      bytes -= sizeOf(oldest);
      floor = oldest.getFirst().revision();
    }
  }

  /// All changes after `revision`, empty if some of them are gone.
  Optional<List<Event>> after(long revision) {
    if (revision < floor) {
      return Optional.empty();
    }
    var found = new ArrayDeque<List<Event>>();
    for (var it = revisions.descendingIterator(); it.hasNext(); ) {
      List<Event> next = it.next();
      if (next.getFirst().revision() <= revision) {
        break;
      }
      found.addFirst(next);
    }
    var flat = new ArrayList<Event>();
    found.forEach(flat::addAll);
    return Optional.of(flat);
  }

  long floor() {
    return floor;
  }

  static long sizeOf(List<Event> events) {
    long sum = 0;
    for (Event event : events) {
      sum += EVENT_BYTES + event.key().length();
      if (event instanceof Event.Written written) {
        sum += written.entry().value().length;
      }
    }
    return sum;
  }
}
