package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Switches;
import java.time.Duration;

/// How a gateway treats OpenSearch clients.
///
/// @param tenancy where a request's tenant is read from
/// @param logins who may use it
/// @param passing what is of no tenant and passed through
/// @param switches what is allowed at shared indices beyond what is always
/// @param cursors how scrolls and points in time are offered
public record FrontOptions(
    Limits limits,
    Tenancy tenancy,
    Logins logins,
    Passing passing,
    Switches switches,
    CursorOptions cursors) {

  /// What a request may take.
  ///
  /// @param homeTimeout the longest time that a home may take for an answer, or the next piece of
  ///   it
  /// @param clientTimeout the longest time that a client may take for the next piece of a body
  /// @param bodyBytesMax the longest body of a request
  /// @param walkedBytesMax the longest body that has to be read as a whole before it goes anywhere
  public record Limits(
      Duration homeTimeout, Duration clientTimeout, long bodyBytesMax, int walkedBytesMax) {
    private static final Duration SCROLL_ROOM = Duration.ofSeconds(30);

    /// As OpenSearch's `http.max_content_length`.
    private static final long BODY_BYTES_MAX = 100L << 20;

    private static final int WALKED_BYTES_MAX = 16 << 20;

    public static final Limits DEFAULT =
        new Limits(
            Duration.ofSeconds(60), Duration.ofSeconds(60), BODY_BYTES_MAX, WALKED_BYTES_MAX);

    /// How long a scroll of the gateway's own is kept between two pages, as OpenSearch takes it: a
    /// bulk lies between them. One that nobody ends holds a purge up for as long.
    String ownScroll() {
      return homeTimeout.plus(SCROLL_ROOM).toMillis() + "ms";
    }

    /// The same with another time for homes.
    public Limits withHomeTimeout(Duration other) {
      return new Limits(other, clientTimeout, bodyBytesMax, walkedBytesMax);
    }
  }
}
