package dev.drover.torture.fleet;

import dev.drover.core.fleet.GatewayMode;
import dev.drover.torture.history.KeyName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// The configurations: one for each process, because each reaches the others through wires of its
/// own.
///
/// Leases are shorter than the default ones, so that an hour has room for many of their ends; all
/// rules between them are the same.
public final class FleetConfig {
  public static final Duration SHORT_LEASE = Duration.ofSeconds(2);
  public static final Duration LONG_LEASE = Duration.ofSeconds(30);
  public static final Duration BUDGET = Duration.ofMillis(500);
  private static final Duration HOME_GONE_AFTER = Duration.ofSeconds(2);
  private static final Duration KEEP_ALIVE = Duration.ofMillis(500);

  private final int homes;
  private final int scopes;
  private final int fallbacks;
  private final Wiring wiring;
  private final StoreUnderTest store;

  FleetConfig(int homes, int scopes, int fallbacks, Wiring wiring, StoreUnderTest store) {
    this.store = store;
    this.homes = homes;
    this.scopes = scopes;
    this.fallbacks = fallbacks;
    this.wiring = wiring;
  }

  String server(String name, Path data) {
    return """
        server:
          name: %s
          listen: 127.0.0.1:%d
          data: "%s"
        """
            .formatted(name, wiring.listens(name), data)
        + store.underServer(name)
        + store.section(name)
        + common(name);
  }

  String gateway(String name, GatewayMode mode, int health) {
    String server = store.underServer(name);
    return (server.isEmpty() ? "" : "server:\n" + server)
        + store.section(name)
        + """
        gateways:
          - name: %s
            listen: 127.0.0.1:%d
            health: 127.0.0.1:%d
            loops: 1
            mode: %s
            data: %s
        """
            .formatted(
                name, wiring.listens(name), health, mode.name().toLowerCase(Locale.ROOT), name)
        + common(name);
  }

  private String common(String party) {
    StringBuilder text = new StringBuilder();
    text.append("leases:\n  long: ").append(LONG_LEASE.toSeconds()).append("s\n");
    text.append("  short: ").append(SHORT_LEASE.toSeconds()).append("s\n");
    text.append("  keepAlive: ").append(KEEP_ALIVE.toMillis()).append("ms\n");
    text.append("moves:\n  budget: ").append(BUDGET.toMillis()).append("ms\nhomes:\n");
    for (int i = 1; i <= homes + 1; i++) {
      String home = "h" + i;
      text.append("  - {name: ").append(home).append(", host: 127.0.0.1, port: ");
      text.append(wiring.port(party, home)).append("}\n");
    }
    text.append("scopes:\n");
    for (int i = 0; i <= scopes; i++) {
      text.append("  - {prefix: \"").append(KeyName.prefix(i)).append("\", home: h");
      text.append(i % homes + 1);
      if (i < fallbacks) {
        text.append(", fallback: h").append((i + 1) % homes + 1);
      }
      text.append("}\n");
    }
    if (fallbacks > 0) {
      text.append("fallback:\n  after: ").append(HOME_GONE_AFTER.toSeconds()).append("s\n");
    }
    return text.toString();
  }
}
