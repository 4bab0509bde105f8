package dev.drover.gateway.net;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connections of one event loop by what they are for. Owned by it.
///
/// @param <K> what a connection is for: its home, and whatever else tells apart those that cannot
///   stand in for each other
/// @param <U> the engine's connections
public final class UpstreamPool<K, U extends Upstream> {
  private final Function<K, U> connect;
  private final int exclusiveMax;
  private final Map<K, U> shared = new HashMap<>();
  private final Map<K, Exclusive<U>> exclusive = new HashMap<>();

  private static final class Exclusive<U> {
    private final ArrayDeque<U> idle = new ArrayDeque<>();
    private final Set<U> busy = new LinkedHashSet<>();
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private boolean telling;
  }

  /// @param connect makes a connection and begins to connect it
  /// @param exclusiveMax connections for one `K` at once that are used by one exchange at a time
  public UpstreamPool(Function<K, U> connect, int exclusiveMax) {
    this.connect = connect;
    this.exclusiveMax = exclusiveMax;
  }

  /// The connection that all share. One that cannot be had refuses what is sent, and is not kept.
  public U shared(K key) {
    U known = shared.get(key);
    if (known != null && known.takesNew()) {
      return known;
    }
    U fresh = connect.apply(key);
    if (fresh.usable()) {
      shared.put(key, fresh);
    } else {
      shared.remove(key);
    }
    return fresh;
  }

  /// A connection that nobody else uses until it is given back by [#giveBack].
  ///
  /// @return null if there are as many as there may be; then `who` is told when one is free
  public @Nullable U take(K key, Waiting who) {
    Exclusive<U> mine = exclusive.computeIfAbsent(key, _ -> new Exclusive<>());
    for (U idle = mine.idle.poll(); idle != null; idle = mine.idle.poll()) {
      if (idle.takesNew()) {
        mine.busy.add(idle);
        return idle;
      }
    }
    if (mine.busy.size() >= exclusiveMax) {
      mine.busy.removeIf(each -> !each.usable());
    }
    if (mine.busy.size() >= exclusiveMax) {
      mine.waiting.add(who);
      return null;
    }
    U fresh = connect.apply(key);
    if (fresh.usable()) {
      mine.busy.add(fresh);
    }
    return fresh;
  }

  /// It may be used by another exchange; if it cannot be, it is closed.
  ///
  /// @param clean whether nothing of the last exchange is left on it
  public void giveBack(K key, U upstream, boolean clean) {
    Exclusive<U> mine = exclusive.get(key);
    if (mine == null) {
      return;
    }
    if (mine.busy.remove(upstream)) {
      if (clean && upstream.takesNew()) {
        // The one that was used last is the next one: what the system knows of it is at hand.
        mine.idle.push(upstream);
      } else {
        upstream.close();
      }
    }
    tell(mine);
  }

  /// Those that wait are told for as long as there is room: one that is told may take nothing, or
  /// may get a connection that is of no use and give it back at once.
  private void tell(Exclusive<U> mine) {
    if (mine.telling) {
      return;
    }
    mine.telling = true;
    try {
      while (!mine.waiting.isEmpty() && mine.busy.size() < exclusiveMax) {
        Waiting next = mine.waiting.iterator().next();
        mine.waiting.remove(next);
        next.resume();
      }
    } finally {
      mine.telling = false;
    }
  }

  /// A client that waited for one is gone.
  public void waitsNoMore(K key, Waiting who) {
    Exclusive<U> mine = exclusive.get(key);
    if (mine != null) {
      mine.waiting.remove(who);
    }
  }
}
