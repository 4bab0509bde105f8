package dev.drover.control;

import java.util.Optional;

/// Where the API listens, and what it asks of clients.
///
/// @param port 0 for any free one
/// @param token what clients send as `Authorization: Bearer …`; may be empty only on loopback.
///   Never printed
public record ApiOptions(String host, int port, Optional<String> token) {
  @Override
  public String toString() {
    return host + ":" + port + (token.isPresent() ? " (with a token)" : "");
  }
}
