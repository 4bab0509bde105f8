package dev.drover.gateway.net;

import java.time.Duration;

/// What one connection to a home may take.
///
/// @param requestsFirst how many requests may be on their way at first; more when their answers
///   prove small
/// @param requestsMax how many ever
/// @param answerBytesMax of answers on their way, if all were as large as the last large one
/// @param answerMax how long the home may take for an answer, or for the next piece of one
/// @param idleMax how long a connection that is not shared is kept without use
public record UpstreamLimits(
    int requestsFirst, int requestsMax, long answerBytesMax, Duration answerMax, Duration idleMax) {
  /// Of requests that are sent one behind another.
  public static UpstreamLimits pipelined(Duration answerMax) {
    return new UpstreamLimits(32, 256, 64L << 20, answerMax, Duration.ofSeconds(10));
  }

  /// Of one request at a time.
  public static UpstreamLimits oneByOne(Duration answerMax) {
    return new UpstreamLimits(1, 1, 64L << 20, answerMax, Duration.ofSeconds(10));
  }
}
