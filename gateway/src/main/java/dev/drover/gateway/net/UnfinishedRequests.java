package dev.drover.gateway.net;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clients of one event loop whose request has not come as a whole and takes memory, those that
/// have stood still for the longest first. When there is no room, over all event loops, they are
/// dropped in this order; if this loop has none to drop, the others are asked.
@SuppressWarnings("ReferenceEquality")
public final class UnfinishedRequests {
  private final HoldLimits limits;
  private final Loop loop;
  private final List<UnfinishedRequests> others;
  private final Map<Owner, Long> bytes = new LinkedHashMap<>();

  /// Whose request it is.
  public interface Owner {
    /// There is no room for the request, which has stood still for the longest.
    void dropUnfinished();
  }

  /// @param others those of all event loops, this one among them; complete before the first request
  UnfinishedRequests(HoldLimits limits, Loop loop, List<UnfinishedRequests> others) {
    this.limits = limits;
    this.loop = loop;
    this.others = others;
  }

  /// The client has sent more of its request, or all of it.
  ///
  /// @param kept how much is kept for it now
  public void note(Owner client, long kept) {
    Long before = bytes.remove(client);
    long old = before == null ? 0 : before;
    if (kept > 0) {
      bytes.put(client, kept);
    }
    if (kept != old) {
      limits.unfinished(kept - old);
    }
  }

  /// Drops what has stood still for the longest until there is room.
  ///
  /// @param current who wants the room; its request is not dropped
  public void makeRoom(Owner current) {
    while (limits.tooMuchUnfinished()) {
      if (!dropOldest(current)) {
        others.stream()
            .filter(each -> each != this)
            .forEach(each -> each.loop.execute(each::dropOne));
        return;
      }
    }
  }

  private void dropOne() {
    if (limits.tooMuchUnfinished()) {
      boolean _ = dropOldest(null);
    }
  }

  /// @return false if there is none but that of `current`
  private boolean dropOldest(@Nullable Owner current) {
    Owner oldest = null;
    for (Owner each : bytes.keySet()) {
      if (each != current) {
        oldest = each;
        break;
      }
    }
    if (oldest == null) {
      return false;
    }
    note(oldest, 0);
    limits.dropped();
    oldest.dropUnfinished();
    return true;
  }
}
