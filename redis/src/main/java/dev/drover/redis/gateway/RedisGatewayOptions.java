package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How a RESP gateway behaves.
///
/// @param host where to listen
/// @param port where to listen, 0 for any free one
/// @param loops event loops, each on a thread of its own
/// @param defaultHome where keys go that are under no scope
/// @param password what clients have to send with AUTH or HELLO; never printed
/// @param clientsMax connections at once
/// @param homeAnswerMax the longest time that a home may take for an answer, or for the next piece
///   of one
/// @param addedWrites commands beyond the reviewed ones that the operator has passed on, in lower
///   case; each takes a pass as a write
public record RedisGatewayOptions(
    String host,
    int port,
    int loops,
    HomeId defaultHome,
    Optional<String> password,
    Hold hold,
    int clientsMax,
    Duration homeAnswerMax,
    Scripts scripts,
    Set<String> addedWrites) {
  public static final int CLIENTS_MAX = 10_000;
  public static final Duration HOME_ANSWER_MAX = Duration.ofSeconds(5);

  public RedisGatewayOptions {
    addedWrites = Set.copyOf(addedWrites);
  }

  /// How much is held, and for how long.
  ///
  /// @param max the longest time that a request is held before it is refused
  /// @param bytesMax over all held requests, and those that are still coming
  /// @param requestsMax over all held requests
  public record Hold(Duration max, long bytesMax, int requestsMax) {
    public static final Hold DEFAULT = new Hold(Duration.ofMillis(3_500), 64L << 20, 10_000);
  }

  /// What scripts and functions of clients may do.
  ///
  /// @param timeMax how long one may run before it is killed
  public record Scripts(Mode mode, Duration timeMax) {
    public static final Scripts DEFAULT = new Scripts(Mode.CONFINED, Duration.ofSeconds(5));

    /// How far they are trusted.
    public enum Mode {
      /// They run as a user of the home that can reach the keys of their scope only.
      CONFINED,
      /// They run as the gateway's own user, and could do all that this one may.
      TRUSTED,
      /// They are refused.
      OFF
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
