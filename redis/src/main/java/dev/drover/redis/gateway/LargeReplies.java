package dev.drover.redis.gateway;

import java.util.LinkedHashSet;
import java.util.Set;

/// The large replies that are on their way at once from one home to the clients of one event loop.
/// The home keeps what a client does not read, so there are few; if there are as many as there may
/// be, a client that has not read for a while makes room.
final class LargeReplies {
  static final int MOST = 16;
  private static final long STALL_NANOS = 2_000_000_000L;

  private final Set<Command> now = new LinkedHashSet<>();

  /// @return whether the command may be asked now
  boolean take(Command command, long nowNanos) {
    if (now.size() >= MOST) {
      now.stream()
          .map(each -> each.client)
          .filter(client -> client.stalledFor(nowNanos) > STALL_NANOS)
          .findFirst()
          .ifPresent(Client::disconnectStalled);
    }
    return now.size() < MOST && now.add(command);
  }

  void over(Command command) {
    now.remove(command);
  }
}
