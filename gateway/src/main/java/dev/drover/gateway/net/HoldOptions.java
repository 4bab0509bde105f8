package dev.drover.gateway.net;

import java.time.Duration;

/// How much is held, and for how long.
///
/// @param max the longest time that a request is held before it is refused
/// @param bytesMax over all held requests, and those that are still coming
/// @param requestsMax over all held requests
public record HoldOptions(Duration max, long bytesMax, int requestsMax) {
  public static final HoldOptions DEFAULT =
      new HoldOptions(Duration.ofMillis(3_500), 64L << 20, 10_000);
}
