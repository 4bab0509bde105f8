package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A cluster as a gateway reaches it.
///
/// @param credentials the value of the `Authorization` header that it is sent; empty for none
public record HomeEndpoint(Endpoint at, Optional<String> credentials) {
  /// With basic authentication.
  public static HomeEndpoint of(Endpoint at, String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new HomeEndpoint(at, Optional.of("Basic " + Base64.getEncoder().encodeToString(both)));
  }

  /// Without the credentials.
  @Override
  public String toString() {
    return at.toString();
  }
}
