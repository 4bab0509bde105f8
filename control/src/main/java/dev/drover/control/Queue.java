package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves that were asked for and have not begun, kept under `queue/` in the store, first come first
/// served.
///
/// It is listed once and then followed by a watch. What this server adds and removes it knows at
/// once; what another one does, a moment later: so before a move begins, [#holds] asks the store.
final class Queue implements AutoCloseable {
  static final int LENGTH_MAX = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Queue.class);
  private static final String PREFIX = "queue/";

  private final StateStore store;
  private final Runnable changed;

  /// The newest that is known of each key. One that was removed stays until the watch has told so:
  /// it may first tell that it was added.
  private final Map<String, Known> known = new HashMap<>();

  private Watch watch = () -> {};
  private boolean followed;

  /// A key as of a revision.
  ///
  /// @param request empty if it is gone, or does not check
  /// @param problem why it does not check
  private record Known(
      long revision, Optional<MoveRequest> request, Optional<StoreException.Corrupt> problem) {}

  /// @param changed told of what another server may have added; must not block
  Queue(StateStore store, Runnable changed) {
    this.store = store;
    this.changed = changed;
  }

  /// All that wait, in their order.
  ///
  /// @throws StoreException.Corrupt if one of them does not check
  List<MoveRequest> all() throws StoreException {
    follow();
    List<MoveRequest> all = new ArrayList<>();
    synchronized (known) {
      for (Known each : known.values()) {
        if (each.problem().isPresent()) {
          throw each.problem().get();
        }
        each.request().ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparingLong(MoveRequest::order).thenComparing(MoveRequest::id));
    return all;
  }

  /// As [#all], of this very moment, whoever has changed it.
  List<MoveRequest> listed() throws StoreException {
    List<MoveRequest> all = new ArrayList<>();
    for (Entry entry : store.list(PREFIX).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), MoveRequest.class));
    }
    return all;
  }

  /// Puts a move behind all others. One of the same partition is not taken, except that a takeover
  /// takes the place of what can no longer be carried out.
  ///
  /// @return the move whose place it took
  /// @throws ControlException if another one of the partition waits, or too many do
  Optional<MoveRequest> add(MoveRequest request) throws ControlException, StoreException {
    List<MoveRequest> waiting = all();
    Optional<MoveRequest> other =
        waiting.stream().filter(each -> each.partition().equals(request.partition())).findFirst();
    boolean instead = request.options().takeover();
    if (other.filter(each -> !instead || each.options().takeover()).isPresent()) {
      throw new ControlException(
          Kind.CONFLICT, "a move of partition '" + request.partition() + "' is queued already");
    }
    if (other.isEmpty() && waiting.size() >= LENGTH_MAX) {
      throw new ControlException(
          Kind.TOO_MANY, "the queue is full with " + LENGTH_MAX + " moves; wait for some to end");
    }
    // First: if the store goes away between the two, the one that waits is not lost.
    write(request);
    if (other.isPresent()) {
      remove(other.get().id());
    }
    return other;
  }

  private void write(MoveRequest request) throws StoreException {
    String key = key(request.id());
    if (store.put(key, Records.encode(request), StateStore.ANY, null)
        instanceof PutResult.Applied applied) {
      learn(key, new Known(applied.version(), Optional.of(request), Optional.empty()));
    }
  }

  void remove(MoveId id) throws StoreException {
    String key = key(id);
    if (store.delete(key, StateStore.ANY) instanceof PutResult.Applied applied) {
      learn(key, new Known(applied.version(), Optional.empty(), Optional.empty()));
    }
  }

  /// Takes out the waiting move of a partition. One that has just begun stays there for a moment;
  /// it does not wait any more.
  ///
  /// @param running the move that the partition is in
  /// @return whether there was one
  boolean drop(PartitionId partition, Optional<MoveId> running) throws StoreException {
    for (MoveRequest waiting : listed()) {
      if (waiting.partition().equals(partition) && running.filter(waiting.id()::equals).isEmpty()) {
        remove(waiting.id());
        return true;
      }
    }
    return false;
  }

  /// Whether it still waits, in the store: it may have been aborted at another server.
  boolean holds(MoveId id) throws StoreException {
    return store.get(key(id)).isPresent();
  }

  @Override
  public void close() {
    synchronized (this) {
      watch.close();
    }
  }

  private synchronized void follow() throws StoreException {
    if (followed) {
      return;
    }
    watch.close();
    Listing listing = store.list(PREFIX);
    synchronized (known) {
      known.clear();
    }
    listing.entries().forEach(this::written);
    // Before it begins: it may be lost at once.
    followed = true;
    try {
      watch = store.watch(PREFIX, listing.revision(), new Follower());
    } catch (StoreException e) {
      followed = false;
      throw e;
    }
  }

  private synchronized void lost() {
    followed = false;
  }

  private void written(Entry entry) {
    try {
      MoveRequest request = Records.decode(entry.key(), entry.value(), MoveRequest.class);
      learn(entry.key(), new Known(entry.version(), Optional.of(request), Optional.empty()));
    } catch (StoreException.Corrupt e) {
      learn(entry.key(), new Known(entry.version(), Optional.empty(), Optional.of(e)));
    }
  }

  private void learn(String key, Known newer) {
    synchronized (known) {
      Known before = known.get(key);
      if (before == null || before.revision() < newer.revision()) {
        known.put(key, newer);
      }
    }
  }

  private void deleted(String key, long revision) {
    synchronized (known) {
      Known before = known.get(key);
      if (before != null && before.revision() <= revision) {
        known.remove(key);
      }
    }
  }

  private final class Follower implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      for (Event event : events) {
        switch (event) {
          case Event.Written w -> written(w.entry());
          case Event.Deleted d -> deleted(d.key(), d.revision());
        }
      }
      if (events.stream().anyMatch(Event.Written.class::isInstance)) {
        changed.run();
      }
    }

    @Override
    public void lost(StoreException why) {
      LOG.info("the watch of the queue was lost and begins again: {}", why.getMessage());
      Queue.this.lost();
    }
  }

  /// Which of the waiting may begin: those whose two homes have room. One that must wait keeps its
  /// place at both homes, and does not hold up those behind it which use others.
  static final class Admission {
    private final Map<HomeId, Integer> load = new HashMap<>();
    private final int movesMax;

    /// @param busy the homes of moves under way, once for each move and home
    Admission(Collection<HomeId> busy, int movesMax) {
      busy.forEach(home -> load.merge(home, 1, Integer::sum));
      this.movesMax = movesMax;
    }

    /// Beside the moves that these shells drive.
    static Admission beside(Collection<DriverShell> shells, int movesMax) {
      List<HomeId> busy = new ArrayList<>();
      for (DriverShell shell : shells) {
        if (shell.driver().partition().ownership() instanceof Ownership.Moving m) {
          busy.add(m.from().home());
          busy.add(m.to().home());
        }
      }
      return new Admission(busy, movesMax);
    }

    /// To be asked in the order of the queue, once for each.
    ///
    /// @param from where the partition is now
    boolean admits(HomeId from, HomeId to) {
      boolean room = load.getOrDefault(from, 0) < movesMax && load.getOrDefault(to, 0) < movesMax;
      load.merge(from, 1, Integer::sum);
      load.merge(to, 1, Integer::sum);
      return room;
    }
  }

  private static String key(MoveId id) {
    return PREFIX + id;
  }
}
