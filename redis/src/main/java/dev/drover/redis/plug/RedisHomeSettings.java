package dev.drover.redis.plug;

import dev.drover.core.HomeId;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Trust;
import dev.drover.engine.config.Secret;
import dev.drover.redis.move.RedisHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Redis server as the configuration names it.
///
/// @param user the ACL user, with a password; empty for `default`
/// @param caFile certificates that its TLS certificate is checked against; empty for the JDK's
/// @param fence who is shut out of a scope at its old home (Redis 7.0 and later)
record RedisHomeSettings(
    String host,
    int port,
    Optional<String> user,
    Optional<Secret> password,
    boolean tls,
    Optional<Path> caFile,
    Optional<RedisHome.AclFence> fence)
    implements HomeSettings {
  @Override
  public List<String> addresses() {
    return host.isEmpty() ? List.of() : List.of(host + ":" + port);
  }

  /// @throws IllegalArgumentException if its password or certificates cannot be had
  RedisHome open(HomeId name, Map<String, String> environment) {
    return new RedisHome(
        name,
        host,
        port,
        user,
        password.map(secret -> secret.reveal(environment)),
        tls ? Optional.of(Trust.in(caFile)) : Optional.empty(),
        fence);
  }
}
