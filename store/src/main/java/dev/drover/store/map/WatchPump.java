package dev.drover.store.map;

import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the events of one watch to its listener through a bounded queue: on a virtual thread of
/// its own or, if they are few and the listener is prompt, on the thread of whoever calls
/// [#report]. A listener that is too slow for it loses the watch.
///
/// Neither offering nor reporting blocks, and each offer is to be followed by a report. It ends
/// once: by [#close], silently, or by [#lose], after which what was queued before is still
/// delivered, then the reason.
public final class WatchPump implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(WatchPump.class);
  private static final int QUEUE_EVENTS_MAX = 2 * StoreMap.HISTORY_EVENTS_MAX;
  private static final long QUEUE_BYTES_MAX = 2 * StoreMap.HISTORY_BYTES_MAX;
  private static final long PROMPT_BYTES_MAX = 16L << 10;

  private final String prefix;
  private final WatchListener listener;
  private final Consumer<WatchPump> onEnd;
  private final int queueEventsMax;

  /// Held while the listener runs. Taken before `queueLock`, never after.
  private final ReentrantLock delivery = new ReentrantLock();

  private final ReentrantLock queueLock = new ReentrantLock();
  private final Condition changed = queueLock.newCondition();
  private final ArrayDeque<List<Event>> queue = new ArrayDeque<>();
  private int queuedEvents;
  private long queuedBytes;
  private @Nullable StoreException why;
  private volatile boolean closed;

  /// Guarded by `delivery`.
  private boolean ended;

  /// @param onEnd called once when the watch will not report anything any more
  public WatchPump(String prefix, WatchListener listener, Consumer<WatchPump> onEnd) {
    this(prefix, listener, onEnd, QUEUE_EVENTS_MAX);
  }

  WatchPump(String prefix, WatchListener listener, Consumer<WatchPump> onEnd, int queueEventsMax) {
    this.prefix = prefix;
    this.listener = listener;
    this.onEnd = onEnd;
    this.queueEventsMax = queueEventsMax;
  }

  String prefix() {
    return prefix;
  }

  public WatchPump start() {
    Thread.ofVirtual().name("watch " + prefix).start(this::run);
    return this;
  }

  /// Whether the listener is told by whoever calls [#report], as far as can be told.
  boolean isPrompt() {
    return listener.prompt();
  }

  /// Has what is queued told: here and now, by the thread that is just telling something, or by the
  /// watch's own. To be called after offering, with no lock held that a reader of the store takes.
  public void report() {
    while (true) {
      queueLock.lock();
      try {
        if (closed || !pending()) {
          return;
        }
        if (queuedBytes > PROMPT_BYTES_MAX || !listener.prompt()) {
          changed.signal();
          return;
        }
      } finally {
        queueLock.unlock();
      }
      // Whoever holds it looks into the queue again after that.
      if (!delivery.tryLock()) {
        return;
      }
      deliverQueued();
    }
  }

  private void run() {
    boolean more = true;
    while (more) {
      queueLock.lock();
      try {
        while (!pending() && !closed) {
          changed.awaitUninterruptibly();
        }
      } finally {
        queueLock.unlock();
      }
      delivery.lock();
      more = deliverQueued();
    }
  }

  /// Guarded by `queueLock`.
  private boolean pending() {
    return !queue.isEmpty() || why != null;
  }

  /// Gives `delivery` back.
  ///
  /// @return false once the watch has ended
  private boolean deliverQueued() {
    boolean more = false;
    try {
      more = deliver();
      return more;
    } finally {
      if (!more) {
        end();
      }
      delivery.unlock();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      onEnd.accept(this);
    }
  }

  /// Queues those of the events whose key has the prefix.
  public void offer(List<Event> events) {
    List<Event> mine = mine(events);
    if (mine.isEmpty()) {
      return;
    }
    queueLock.lock();
    try {
      if (closed || why != null) {
        return;
      }
      queuedEvents += mine.size();
      queuedBytes += History.sizeOf(mine);
      if (queuedEvents > queueEventsMax || queuedBytes > QUEUE_BYTES_MAX) {
        queue.clear();
        why =
            new StoreException.HistoryGone(
                "the listener of '%s' is slower than the changes: %d of them wait"
                    .formatted(prefix, queuedEvents));
      } else {
        queue.add(mine);
      }
    } finally {
      queueLock.unlock();
    }
  }

  /// All of them if it is one: that is the common case, of which every gateway is told.
  private List<Event> mine(List<Event> events) {
    return events.size() == 1 && events.getFirst().key().startsWith(prefix)
        ? events
        : events.stream().filter(event -> event.key().startsWith(prefix)).toList();
  }

  /// Ends the watch for a reason that its listener is told.
  public void lose(StoreException reason) {
    queueLock.lock();
    try {
      if (why == null) {
        why = reason;
      }
    } finally {
      queueLock.unlock();
    }
  }

  /// Waits for a call of the listener that is under way, unless it is the caller itself.
  @Override
  public void close() {
    delivery.lock();
    try {
      stop();
      end();
    } finally {
      delivery.unlock();
    }
  }

  /// Reports what is queued, in the order in which it came: taken and told by one thread at a time.
  ///
  /// @return false once the watch has ended
  private boolean deliver() {
    var taken = new ArrayList<Event>();
    StoreException end;
    queueLock.lock();
    try {
      queue.forEach(taken::addAll);
      queue.clear();
      queuedEvents = 0;
      queuedBytes = 0;
      end = why;
    } finally {
      queueLock.unlock();
    }
    try {
      if (!taken.isEmpty() && !closed) {
        listener.changed(List.copyOf(taken));
      }
      if (end != null && !closed) {
        stop();
        listener.lost(end);
      }
    } catch (RuntimeException e) {
      LOG.error("The listener of '{}' failed; its watch has ended", prefix, e);
      stop();
      listener.lost(new StoreException.HistoryGone("the listener failed: " + e));
    }
    return !closed;
  }

  private void stop() {
    queueLock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      queueLock.unlock();
    }
  }
}
