package dev.drover.control;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Where the API listens, and what it asks of clients.
///
/// @param port 0 for any free one
/// @param token what clients send as `Authorization: Bearer …`; may be empty only on loopback.
///   Never printed
/// @param tls shows the server's certificate; empty for plain HTTP
public record ApiOptions(String host, int port, Optional<String> token, Optional<SSLContext> tls) {
  @Override
  public String toString() {
    return host + ":" + port + (token.isPresent() ? " (with a token)" : "");
  }
}
