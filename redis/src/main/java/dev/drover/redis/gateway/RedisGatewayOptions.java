package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How a RESP gateway behaves.
///
/// @param defaultHome where keys go that are under no scope
/// @param password what clients have to send with AUTH or HELLO; never printed
/// @param homeAnswerMax the longest time that a home may take for an answer, or for the next piece
///   of one
/// @param addedWrites commands beyond the reviewed ones that the operator has passed on, in lower
///   case; each takes a pass as a write
public record RedisGatewayOptions(
    HomeId defaultHome,
    Optional<String> password,
    Duration homeAnswerMax,
    Scripts scripts,
    Set<String> addedWrites) {
  public static final Duration HOME_ANSWER_MAX = Duration.ofSeconds(5);

  public RedisGatewayOptions {
    addedWrites = Set.copyOf(addedWrites);
  }

  /// Without a password, and the rest by default.
  public static RedisGatewayOptions usual(HomeId defaultHome) {
    return new RedisGatewayOptions(
        defaultHome, Optional.empty(), HOME_ANSWER_MAX, Scripts.DEFAULT, Set.of());
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
    return "keys under no scope are at home " + defaultHome;
  }
}
