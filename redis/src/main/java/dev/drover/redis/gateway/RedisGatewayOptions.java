package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import java.time.Duration;
import java.util.Optional;

/// How a RESP gateway behaves.
///
/// @param host where to listen
/// @param port where to listen, 0 for any free one
/// @param loops event loops, each on a thread of its own
/// @param defaultHome where keys go that are under no scope
/// @param password what clients have to send with AUTH or HELLO; never printed
/// @param holdMax the longest time that a request is held before it is refused
/// @param heldBytesMax over all held requests
/// @param heldRequestsMax over all held requests
/// @param clientsMax connections at once
public record RedisGatewayOptions(
    String host,
    int port,
    int loops,
    HomeId defaultHome,
    Optional<String> password,
    Duration holdMax,
    long heldBytesMax,
    int heldRequestsMax,
    int clientsMax) {
  public static final Duration HOLD_MAX = Duration.ofMillis(3_500);
  public static final long HELD_BYTES_MAX = 64L << 20;
  public static final int HELD_REQUESTS_MAX = 10_000;
  public static final int CLIENTS_MAX = 10_000;

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
