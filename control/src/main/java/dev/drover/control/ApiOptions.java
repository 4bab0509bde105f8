package dev.drover.control;

import dev.drover.control.certificate.Signer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Where the API listens, and what it asks of clients.
///
/// @param port 0 for any free one
/// @param hosts further names that clients may call this server by
/// @param token what clients send as `Authorization: Bearer …`; empty only in tests. Never printed
/// @param tls shows the server's certificate; empty for plain HTTP
/// @param signer of the certificates of moves
public record ApiOptions(
    String host,
    int port,
    List<String> hosts,
    Optional<String> token,
    Optional<SSLContext> tls,
    Signer signer) {
  public ApiOptions {
    hosts = List.copyOf(hosts);
  }

  @Override
  public String toString() {
    return host + ":" + port + (token.isPresent() ? " (with a token)" : "");
  }
}
