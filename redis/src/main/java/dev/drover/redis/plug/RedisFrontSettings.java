package dev.drover.redis.plug;

import dev.drover.engine.FrontSettings;
import dev.drover.engine.config.Secret;
import dev.drover.redis.gateway.RedisGatewayOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How a gateway treats Redis clients.
///
/// @param password what they send with AUTH
/// @param homeTimeout the longest time that a home may take for an answer, or the next piece of it
/// @param writeCommands commands that the operator adds to the reviewed ones, in lower case
record RedisFrontSettings(
    Optional<Secret> password,
    Duration homeTimeout,
    RedisGatewayOptions.Scripts scripts,
    Set<String> writeCommands)
    implements FrontSettings {
  static final Duration HOME_TIMEOUT = RedisGatewayOptions.HOME_ANSWER_MAX;

  @Override
  public String secretKey() {
    return "password";
  }

  @Override
  public boolean asksForSecret() {
    return password.isPresent();
  }
}
