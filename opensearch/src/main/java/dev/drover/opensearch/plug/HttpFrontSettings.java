package dev.drover.opensearch.plug;

import dev.drover.engine.FrontSettings;
import dev.drover.engine.config.Secret;
import dev.drover.opensearch.gateway.FrontOptions;
import dev.drover.opensearch.gateway.Logins;
import dev.drover.opensearch.gateway.Passing;
import dev.drover.opensearch.gateway.Tenancy;
import dev.drover.opensearch.gateway.Tokens;
import dev.drover.opensearch.rewrite.Switches;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How a gateway treats OpenSearch clients.
///
/// @param password what they show as the password of basic authentication, or as a bearer token
/// @param tokens how bearer tokens are checked; empty if there are none
/// @param cursors how scrolls and points in time are offered
record HttpFrontSettings(
    Optional<Secret> password,
    Optional<Tokens.Options> tokens,
    CursorSettings cursors,
    FrontOptions.Limits limits,
    Tenancy tenancy,
    Passing passing,
    Switches switches)
    implements FrontSettings {
  @Override
  public String secretKey() {
    return "password";
  }

  @Override
  public boolean asksForSecret() {
    return password.isPresent() || tokens.isPresent();
  }

  /// @throws IllegalArgumentException saying which secret cannot be had
  ///
  /// @param wallClock in milliseconds since 1970
  FrontOptions open(Map<String, String> environment, LongSupplier wallClock) {
    return new FrontOptions(
        limits,
        tenancy,
        new Logins(
            password.map(secret -> secret.reveal(environment)),
            tokens.map(how -> new Tokens(how, wallClock))),
        passing,
        switches,
        cursors.open(environment));
  }
}
