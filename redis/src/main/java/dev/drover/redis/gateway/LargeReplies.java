package dev.drover.redis.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/// The large replies that are on their way at once from one home to the clients of one event loop.
/// The home keeps what a client does not read, so their bytes are bounded; if there is no room, a
/// client that has not read for a while makes some.
final class LargeReplies {
  static final long BYTES_MAX = 64L << 20;

  /// What one is taken for of which only the beginning was seen.
  private static final long GUESS_BYTES = 4L << 20;

  private static final long STALL_NANOS = 2_000_000_000L;

  private final Map<Command, Long> now = new LinkedHashMap<>();
  private long bytes;

  /// @param expected how large it will be, 0 if that is not known
  /// @return whether the command may be asked now
  boolean take(Command command, long expected, long nowNanos) {
    long wanted = expected == 0 ? GUESS_BYTES : expected;
    if (!fits(wanted)) {
      now.keySet().stream()
          .map(Command::owner)
          .filter(client -> client.stalledNanos(nowNanos) > STALL_NANOS)
          .findFirst()
          .ifPresent(Command.Owner::disconnectStalled);
    }
    if (!fits(wanted)) {
      return false;
    }
    bytes += wanted;
    now.put(command, wanted);
    return true;
  }

  private boolean fits(long wanted) {
    return now.isEmpty() || bytes + wanted <= BYTES_MAX;
  }

  void over(Command command) {
    Long taken = now.remove(command);
    if (taken != null) {
      bytes -= taken;
    }
  }
}
