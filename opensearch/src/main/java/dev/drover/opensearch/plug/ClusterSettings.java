package dev.drover.opensearch.plug;

import dev.drover.core.HomeId;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Trust;
import dev.drover.engine.config.Secret;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An OpenSearch cluster as the configuration names it.
///
/// @param user by whom Drover and its gateways log in, with a password; empty if the cluster asks
///   for no login
/// @param caFile certificates that its TLS certificate is checked against; empty for the JDK's
/// @param forwardCredentials whether a client's request goes there with what the client has shown
record ClusterSettings(
    String host,
    int port,
    Optional<String> user,
    Optional<Secret> password,
    boolean tls,
    Optional<Path> caFile,
    boolean forwardCredentials)
    implements HomeSettings {
  @Override
  public List<String> addresses() {
    return host.isEmpty() ? List.of() : List.of(host + ":" + port);
  }

  /// @throws IllegalArgumentException if its password or certificates cannot be had
  OpenSearchHome open(HomeId name, Map<String, String> environment) {
    Optional<OpenSearchHome.Login> login =
        user.flatMap(
            who ->
                password.map(secret -> new OpenSearchHome.Login(who, secret.reveal(environment))));
    return new OpenSearchHome(
        name, host, port, login, tls ? Optional.of(Trust.in(caFile)) : Optional.empty());
  }
}
