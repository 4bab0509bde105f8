package dev.drover.torture.fleet;

import dev.drover.app.OpenHomes;
import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigReader;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.Plug;
import dev.drover.engine.torture.TortureKit;
import dev.drover.torture.TortureOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// The configurations: one for each process, because each reaches the others through wires of its
/// own.
///
/// Leases are shorter than the default ones, so that an hour has room for many of their ends; all
/// rules between them are the same.
public final class FleetConfig {
  public static final Duration SHORT_LEASE = Duration.ofSeconds(2);
  public static final Duration LONG_LEASE = Duration.ofSeconds(30);
  private static final Duration HOME_GONE_AFTER = Duration.ofSeconds(2);
  private static final Duration KEEP_ALIVE = Duration.ofMillis(500);

  private final TortureOptions.Shape shape;
  private final Plug plug;
  private final TortureKit kit;
  private final Wiring wiring;
  private final StoreUnderTest store;

  FleetConfig(TortureOptions.Shape shape, Subject subject, Wiring wiring, StoreUnderTest store) {
    this.shape = shape;
    this.plug = subject.plug();
    this.kit = subject.kit();
    this.wiring = wiring;
    this.store = store;
  }

  /// A line that names a home.
  public String homeLine(String home, int port) {
    return "  - {name: %s, engine: %s, %s}\n"
        .formatted(home, plug.engine(), kit.homes().homeKeys(port));
  }

  /// A line that names a partition.
  ///
  /// @param more keys, after a comma
  public String partitionLine(String name, String home, String more) {
    return "  - {%s, home: %s%s}\n".formatted(kit.homes().partitionKeys(name), home, more);
  }

  /// What a home bears witness to, asked past all wires.
  public HomeMemory memory(String home) throws IOException {
    StringBuilder text = new StringBuilder("homes:\n");
    for (int i = 1; i <= shape.homes() + 1; i++) {
      text.append(homeLine("h" + i, wiring.listens("h" + i)));
    }
    try {
      Config named = ConfigReader.parse(Path.of("drover.yaml"), text.toString());
      return OpenHomes.of(named, Map.of()).memory(new HomeId(home));
    } catch (ConfigException | StartException e) {
      throw new IOException("the homes cannot be named: " + e.getMessage(), e);
    }
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
            engine: %s
            listen: 127.0.0.1:%d
            health: 127.0.0.1:%d
            loops: 1
            mode: %s
            data: %s
        """
            .formatted(
                name,
                plug.engine(),
                wiring.listens(name),
                health,
                mode.name().toLowerCase(Locale.ROOT),
                name)
        + common(name);
  }

  /// The home that takes over for a scope which has one that does.
  public String fallback(int scope) {
    return "h" + ((scope + 1) % shape.homes() + 1);
  }

  private String common(String party) {
    StringBuilder text = new StringBuilder();
    text.append("leases:\n  long: ").append(LONG_LEASE.toSeconds()).append("s\n");
    text.append("  short: ").append(SHORT_LEASE.toSeconds()).append("s\n");
    text.append("  keepAlive: ").append(KEEP_ALIVE.toMillis()).append("ms\n");
    text.append("moves:\n  budget: ").append(kit.budget().toMillis()).append("ms\nhomes:\n");
    for (int i = 1; i <= shape.homes() + 1; i++) {
      text.append(homeLine("h" + i, wiring.port(party, "h" + i)));
    }
    text.append(plug.partitionsKey()).append(":\n");
    for (int i = 0; i <= shape.scopes(); i++) {
      String fallback = i < shape.fallbacks() ? ", fallback: " + fallback(i) : "";
      text.append(partitionLine(kit.partition(i), "h" + (i % shape.homes() + 1), fallback));
    }
    if (shape.fallbacks() > 0) {
      text.append("fallback:\n  after: ").append(HOME_GONE_AFTER.toSeconds()).append("s\n");
    }
    return text.toString();
  }
}
