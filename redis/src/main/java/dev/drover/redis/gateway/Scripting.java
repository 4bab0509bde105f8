package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import org.jspecify.annotations.Nullable;

/// Which scripts and functions may run.
final class Scripting {
  private final Serving serving;

  Scripting(Serving serving) {
    this.serving = serving;
  }

  boolean confined() {
    return serving.options().scripts().mode() == RedisGatewayOptions.Scripts.Mode.CONFINED;
  }

  /// Whether one may run that names no key: only where scripts are trusted, at the default home.
  boolean keylessAllowed(CommandSpec spec) {
    return spec.kind().isScript()
        && serving.options().scripts().mode() == RedisGatewayOptions.Scripts.Mode.TRUSTED;
  }

  /// Why a script with keys under this gate may not run; null if it may.
  @Nullable String refused(@Nullable Gate gate, ScopeTable scopes) {
    return switch (serving.options().scripts().mode()) {
      case TRUSTED -> null;
      case OFF ->
          "NOPERM scripts are off at this gateway ('scripts' in its configuration); nothing was done";
      case CONFINED -> {
        if (gate == null) {
          yield "NOPERM a script is kept to the keys of its scope, and these keys are in none;"
              + " nothing was done. 'scripts: trusted' in the gateway's configuration lets it run"
              + " unconfined";
        }
        yield scopes.hasInner(gate)
            ? "NOPERM a script in scope '"
                + gate.partition().name()
                + "' could not be kept from the scopes inside it; nothing was done. 'scripts:"
                + " trusted' in the gateway's configuration lets it run unconfined"
            : null;
      }
    };
  }
}
