package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Switches;
import java.time.Duration;
import java.util.Optional;

/// How a gateway treats OpenSearch clients.
///
/// @param homeTimeout the longest time that a home may take for an answer, or the next piece of it
/// @param clientTimeout the longest time that a client may take for the next piece of a body
/// @param bodyBytesMax the longest body of a request
/// @param walkedBytesMax the longest body that has to be read as a whole before it goes anywhere
/// @param tenancy where a request's tenant is read from
/// @param logins who may use it
/// @param passing what is of no tenant and passed through
/// @param cursorSecret seals the ids of scrolls and points in time; empty if there are none
/// @param switches what is allowed at shared indices beyond what is always
public record FrontOptions(
    Duration homeTimeout,
    Duration clientTimeout,
    long bodyBytesMax,
    int walkedBytesMax,
    Tenancy tenancy,
    Logins logins,
    Passing passing,
    Switches switches,
    Optional<String> cursorSecret) {
  public static final Duration HOME_TIMEOUT = Duration.ofSeconds(60);
  public static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(60);

  /// As OpenSearch's `http.max_content_length`.
  public static final long BODY_BYTES_MAX = 100L << 20;

  public static final int WALKED_BYTES_MAX = 16 << 20;
}
