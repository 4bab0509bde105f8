package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A cluster as a gateway reaches it.
///
/// @param login what it is shown
public record HomeEndpoint(Endpoint at, Login login) {
  /// What a cluster is shown as the value of the `Authorization` header.
  public static final class Login {
    /// It asks for nothing.
    public static final Login NONE = new Login("", false);

    private final String own;
    private final boolean clients;

    private Login(String own, boolean clients) {
      this.own = own;
      this.clients = clients;
    }

    /// The gateway's own, by basic authentication.
    public static Login of(String user, String password) {
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return new Login("Basic " + Base64.getEncoder().encodeToString(both), false);
    }

    /// With requests of clients goes what they have shown the gateway, be it nothing; with its own
    /// requests what this is.
    public Login forwarding() {
      return new Login(own, true);
    }

    /// @param client whether the request is a client's
    /// @param value what that client has shown
    String shown(boolean client, String value) {
      return clients && client ? value : own;
    }

    /// Without what is secret.
    @Override
    public String toString() {
      return own.isEmpty() ? "no secret" : "a secret";
    }
  }
}
