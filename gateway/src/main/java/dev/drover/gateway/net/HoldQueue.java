package dev.drover.gateway.net;

import dev.drover.core.gate.Gate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The requests of one event loop's clients that wait until a gate's route changes, or until the
/// gateway has its lease again. Those of one gate go on in the order in which they came. Owned by
/// one event loop.
public final class HoldQueue {
  private static final long CHECK_MILLIS = 20;
  private static final Object NO_PARTITION = new Object();

  private final Loop loop;
  private final Map<Object, ArrayDeque<Held>> held = new HashMap<>();
  private boolean checking;

  public HoldQueue(Loop loop) {
    this.loop = loop;
  }

  /// Who is held.
  public interface Held {
    /// It tries again.
    void released();

    /// Whether it was held for as long as allowed, or is not interested any more.
    boolean heldTooLong(long nowNanos);

    /// It is refused, because it was held for as long as allowed.
    void refuseHeld();
  }

  /// Keeps a request until the gate's route changes; null for what is under no partition.
  public void hold(@Nullable Gate gate, Held request) {
    held.computeIfAbsent(key(gate), _ -> new ArrayDeque<>()).add(request);
    scheduleCheck();
  }

  /// The gate's route has changed: all that wait for it try again.
  public void released(@Nullable Gate gate) {
    ArrayDeque<Held> waiting = held.remove(key(gate));
    if (waiting != null) {
      waiting.forEach(Held::released);
      loop.flush();
    }
  }

  /// All that wait for anything try again.
  public void releasedAll() {
    for (Object key : List.copyOf(held.keySet())) {
      ArrayDeque<Held> waiting = held.remove(key);
      if (waiting != null) {
        waiting.forEach(Held::released);
      }
    }
    loop.flush();
  }

  private static Object key(@Nullable Gate gate) {
    return gate == null ? NO_PARTITION : gate;
  }

  private void scheduleCheck() {
    if (!checking) {
      checking = true;
      loop.later(this::check, CHECK_MILLIS);
    }
  }

  /// Refuses those that have waited for too long. All are looked at: one that was held for another
  /// gate before stands behind others that came later.
  private void check() {
    checking = false;
    long now = loop.nanos();
    List<Held> late = new ArrayList<>();
    for (ArrayDeque<Held> queue : held.values()) {
      boolean _ = queue.removeIf(each -> each.heldTooLong(now) && late.add(each));
    }
    held.values().removeIf(ArrayDeque::isEmpty);
    // One that is refused may ask for something else at once, and be held for that.
    late.forEach(Held::refuseHeld);
    loop.flush();
    if (!held.isEmpty()) {
      scheduleCheck();
    }
  }
}
