package dev.drover.app.config;

import dev.drover.app.config.ConfigException.Fault;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.store.embedded.EmbeddedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What has to hold between the parts of a configuration.
final class ConfigChecks {
  private static final int RANDOM_CHARS = 9;
  private static final String OWN_PREFIX = "drover:";

  private final List<Fault> faults;
  private final Map<String, Integer> homes = new HashMap<>();
  private final Map<String, Integer> addresses = new HashMap<>();
  private final Map<String, Integer> scopes = new HashMap<>();
  private final Map<String, Integer> gateways = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();

  private record Listener(Address at, String key, int line) {}

  private record Reference(HomeId home, String key, int line) {}

  ConfigChecks(List<Fault> faults) {
    this.faults = faults;
  }

  void home(HomeId id, int line) {
    once(homes, "home", id.value(), line);
  }

  /// Under two names one server would be taken for two homes: keys that one scope has left there
  /// are the keys that another one needs.
  void homeAt(String address, int line) {
    Integer before = addresses.putIfAbsent(address, line);
    if (before != null) {
      faults.add(
          new Fault(
              line,
              "the home on line %d has the address %s already: both names would be one server, and a move between them would delete what it moves. Name that server once, or correct the address"
                  .formatted(before, address)));
    }
  }

  void scope(PartitionId id, int line) {
    once(scopes, "scope", id.name(), line);
    if (id.name().startsWith(OWN_PREFIX) || OWN_PREFIX.startsWith(id.name())) {
      faults.add(
          new Fault(
              line,
              "scope '"
                  + id
                  + "' would hold Drover's own keys, which begin with '"
                  + OWN_PREFIX
                  + "': choose another prefix"));
    }
  }

  void gateway(GatewayId id, int line) {
    once(gateways, "gateway", id.value(), line);
  }

  private void once(Map<String, Integer> seen, String kind, String name, int line) {
    Integer before = seen.putIfAbsent(name, line);
    if (before != null) {
      faults.add(
          new Fault(line, "there is a " + kind + " '" + name + "' on line " + before + " already"));
    }
  }

  void refersTo(HomeId id, String key, int line) {
    references.add(new Reference(id, key, line));
  }

  void listens(Address at, String key, int line) {
    for (Listener other : listeners) {
      if (at.clashesWith(other.at())) {
        faults.add(
            new Fault(
                line,
                "'"
                    + key
                    + "': "
                    + other.key()
                    + " on line "
                    + other.line()
                    + " listens on "
                    + other.at()
                    + " already"));
      }
    }
    listeners.add(new Listener(at, key, line));
  }

  void loopbackOnly(Address at, Section section, String key) {
    if (!at.loopback()) {
      String secret = section.named("").startsWith("server") ? "token" : "password";
      faults.add(
          new Fault(
              section.line(key),
              "'"
                  + section.named(key)
                  + "' can be reached from other machines ("
                  + at
                  + "): that takes a "
                  + secret
                  + "; set "
                  + section.named(secret)
                  + " or "
                  + section.named(secret)
                  + "File, or listen on 127.0.0.1"));
    }
  }

  /// Looks at what could only be known once everything was read.
  void end() {
    for (Reference reference : references) {
      if (!homes.containsKey(reference.home().value())) {
        String hint =
            Likeness.nearest(reference.home().value(), homes.keySet())
                .map(near -> "; did you mean '" + near + "'?")
                .orElse(
                    homes.isEmpty()
                        ? "; none is configured"
                        : "; homes: "
                            + String.join(", ", homes.keySet().stream().sorted().toList()));
        faults.add(
            new Fault(
                reference.line(),
                "'" + reference.key() + "': there is no home '" + reference.home() + "'" + hint));
      }
    }
  }

  static GatewayMode mode(String text) {
    return switch (text) {
      case "leased" -> GatewayMode.LEASED;
      case "fresh" -> GatewayMode.FRESH;
      default -> throw new IllegalArgumentException("is leased or fresh, but not '" + text + "'");
    };
  }

  static Config.Scripts scripts(String text) {
    return switch (text) {
      case "confined" -> Config.Scripts.CONFINED;
      case "trusted" -> Config.Scripts.TRUSTED;
      case "off" -> Config.Scripts.OFF;
      default ->
          throw new IllegalArgumentException("is confined, trusted or off, but not '" + text + "'");
    };
  }

  /// How large a store's log may grow, as the store takes it.
  static long storeLog(String text) {
    EmbeddedStore.Options standard = EmbeddedStore.Options.defaults();
    return new EmbeddedStore.Options(standard.nanoClock(), standard.clock(), Units.size(text))
        .compactAfterBytes();
  }

  static double fraction(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  static Duration budget(String text) {
    return Budget.DEFAULT.withPause(Units.duration(text)).pause();
  }

  /// A server's name has to leave room for what tells its runs apart.
  static String name(String text) {
    return new ControllerId(text + "." + "x".repeat(RANDOM_CHARS - 1))
        .value()
        .substring(0, text.length());
  }
}
