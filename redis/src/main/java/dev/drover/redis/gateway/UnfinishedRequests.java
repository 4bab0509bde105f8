package dev.drover.redis.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clients of one event loop whose request has not come as a whole and takes memory, those that
/// have stood still for the longest first. When there is no room they are dropped, in this order.
@SuppressWarnings("ReferenceEquality")
final class UnfinishedRequests {
  private final Holding holding;
  private final Map<Client, Long> bytes = new LinkedHashMap<>();

  UnfinishedRequests(Holding holding) {
    this.holding = holding;
  }

  /// The client has sent more of its request, or all of it.
  ///
  /// @param kept how much is kept for it now
  void note(Client client, long kept) {
    Long before = bytes.remove(client);
    long old = before == null ? 0 : before;
    if (kept > 0) {
      bytes.put(client, kept);
    }
    if (kept != old) {
      holding.unfinished(kept - old);
    }
  }

  boolean hasRoom() {
    return !holding.tooMuchUnfinished();
  }

  /// Drops the request that has stood still for the longest, if it is not that of `current`.
  ///
  /// @return false if there is no other
  boolean dropOldest(@Nullable Client current) {
    Client oldest = null;
    for (Client each : bytes.keySet()) {
      if (each != current) {
        oldest = each;
        break;
      }
    }
    if (oldest == null) {
      return false;
    }
    note(oldest, 0);
    holding.dropped();
    oldest.dropUnfinished();
    return true;
  }
}
