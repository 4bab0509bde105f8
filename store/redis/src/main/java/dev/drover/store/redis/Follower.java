package dev.drover.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.map.WatchPump;
import dev.drover.store.redis.Caller.Repeat;
import dev.drover.store.redis.Scripted.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the log of changes for all watches of this client, over a connection of its own, and has
/// leases ended when their time is over.
///
/// Waiting for the stream only says when to look. What has changed is read by the script, which
/// also says from where on it has kept everything: a position before that is a gap, and every watch
/// is told so.
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 100;

  private final RedisStoreOptions options;
  private final Link link;
  private final Scripted script;
  private final Caller caller;
  private final Caller callerOfHistory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<WatchPump, Long> watches = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("redis-follower").unstarted(this::run);

  /// All changes up to here were reported; -1 before the first look. Guarded by `lock`.
  private long position = -1;

  /// @param link a connection that nothing else uses
  Follower(RedisStoreOptions options, Link link, Scripted script, Caller callerOfHistory) {
    this.options = options;
    this.link = link;
    this.script = script;
    this.caller = new Caller(options, link, script);
    this.callerOfHistory = callerOfHistory;
  }

  void start() {
    thread.start();
  }

  /// Reports what came after `afterRevision` and up to the position that all share, then joins.
  Watch watch(String prefix, long afterRevision, WatchListener listener) throws StoreException {
    WatchPump pump = new WatchPump(prefix, listener, watches::remove);
    lock.lock();
    try {
      if (position < 0 || afterRevision < position || afterRevision > script.seen()) {
        Answer answer = callerOfHistory.call(Repeat.READ, "since", number(afterRevision));
        long floor = answer.number(0);
        if (position < 0) {
          position = answer.revision();
        }
        if (afterRevision < floor || afterRevision > answer.revision()) {
          pump.lose(gone(afterRevision, floor, answer.revision()));
          return pump.start();
        }
        pump.offer(events(answer).stream().filter(e -> e.revision() <= position).toList());
      }
      watches.put(pump, Math.max(afterRevision, position));
    } finally {
      lock.unlock();
    }
    StoreException over = over();
    if (over != null) {
      watches.remove(pump);
      throw over;
    }
    return pump.start();
  }

  /// Why nothing is followed any more; null if something is.
  private @Nullable StoreException over() {
    return link.closed()
        ? new StoreException.Unavailable("this store is closed", null)
        : script.lost();
  }

  private static StoreException.HistoryGone gone(long after, long floor, long newest) {
    return new StoreException.HistoryGone(
        after > newest
            ? "revision %d was never given: the newest is %d".formatted(after, newest)
            : "changes are kept from revision %d on, but those after %d were asked for"
                .formatted(floor + 1, after));
  }

  private static byte[] number(long value) {
    return Long.toString(value).getBytes(UTF_8);
  }

  private static List<Event> events(Answer answer) {
    List<Event> events = new ArrayList<>();
    answer.list(2).forEach(each -> events.add(Scripted.event(each)));
    return events;
  }

  private void run() {
    try {
      while (!link.closed()) {
        try {
          long leaseMillis = look();
          await(leaseMillis);
        } catch (StoreException.Corrupt e) {
          LOG.error("{}", e.getMessage());
          loseAll(e);
          return;
        } catch (StoreException e) {
          LOG.debug("cannot follow the log: {}", e.getMessage());
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reports what has changed.
  ///
  /// @return milliseconds until the next lease is over, -1 if there is none
  private long look() throws StoreException {
    Answer answer = caller.call(Repeat.READ, "since", number(Math.max(position(), 0)));
    long floor = answer.number(0);
    lock.lock();
    try {
      if (position >= 0 && position < floor) {
        StoreException.HistoryGone gone = gone(position, floor, answer.revision());
        watches.keySet().forEach(pump -> pump.lose(gone));
      } else if (position >= 0) {
        List<Event> events = events(answer);
        watches.forEach(
            (pump, after) ->
                pump.offer(events.stream().filter(e -> e.revision() > after).toList()));
      }
      position = Math.max(position, answer.revision());
      watches.replaceAll((_, after) -> Math.max(after, position));
    } finally {
      lock.unlock();
    }
    watches.keySet().forEach(WatchPump::report);
    return answer.number(1);
  }

  private long position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  private void await(long leaseMillis) throws StoreException, InterruptedException {
    long longest = LOOK_EVERY.toMillis();
    long millis = leaseMillis < 0 ? longest : Math.clamp(leaseMillis + 1, 1, longest);
    Session session = link.session();
    long limit = millis + options.calls().timeout().toMillis();
    // Everything up to this id was read: no revision has that many changes.
    String id = position() + "-" + Integer.MAX_VALUE;
    try {
      Object _ =
          session
              .await(script.log(), id, Duration.ofMillis(millis))
              .get(limit, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      link.drop(session);
    }
  }

  private void loseAll(StoreException why) {
    for (WatchPump pump : List.copyOf(watches.keySet())) {
      pump.lose(why);
      pump.report();
    }
  }

  @Override
  public void close() {
    link.close();
    thread.interrupt();
    loseAll(new StoreException.Unavailable("the store was closed", null));
  }
}
