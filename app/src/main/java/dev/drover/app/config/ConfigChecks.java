package dev.drover.app.config;

import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.Plug;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Fault;
import dev.drover.engine.config.Likeness;
import dev.drover.engine.config.Section;
import dev.drover.engine.config.Units;
import dev.drover.store.embedded.EmbeddedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has to hold between the parts of a configuration.
final class ConfigChecks {
  private static final int RANDOM_CHARS = 9;

  private final List<Fault> faults;
  private final Map<String, Integer> homes = new HashMap<>();
  private final Map<String, Integer> addresses = new HashMap<>();
  private final Map<PartitionId, Integer> partitions = new HashMap<>();
  private final Map<HomeId, Engine> engines = new HashMap<>();
  private final List<OfEngine> gatewaysOf = new ArrayList<>();
  private final Map<String, Integer> gateways = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();

  private record Listener(Address at, String key, int line) {}

  private record Reference(HomeId home, Engine engine, String key, int line) {}

  private record OfEngine(GatewayId gateway, Engine engine, int line) {}

  private final Map<HomeId, List<Placed>> placed = new HashMap<>();

  ConfigChecks(List<Fault> faults) {
    this.faults = faults;
  }

  /// @param engine empty if it has one that is not known
  void home(HomeId id, Optional<Engine> engine, int line) {
    once(homes, "home", id.value(), line);
    engine.ifPresent(known -> engines.putIfAbsent(id, known));
  }

  /// A gateway needs homes of its engine.
  void gatewayOf(GatewayId id, Engine engine, int line) {
    gatewaysOf.add(new OfEngine(id, engine, line));
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

  /// @param noun what its engine calls it
  void partition(String noun, Plug.Place place, Section section) {
    PartitionId id = place.id();
    Integer before = partitions.putIfAbsent(id, section.line());
    if (before != null) {
      faults.add(
          new Fault(
              section.line(),
              "there is a %s '%s' on line %d already".formatted(noun, id.name(), before)));
    }
  }

  /// Two partitions cannot be where the content of one could be the other's.
  void place(EngineTraits traits, Config.Partition one, int line) {
    List<Placed> there = placed.computeIfAbsent(one.home(), _ -> new ArrayList<>());
    for (Placed other : there) {
      if (other.partition().id().engine().equals(one.id().engine())
          && traits.meet(other.partition().locator(), one.locator())) {
        faults.add(
            new Fault(
                line,
                "%s '%s' is at '%s' of home '%s', where the content of '%s' (line %d) could stand too: give one of them another place"
                    .formatted(
                        traits.nouns().partition(),
                        one.id().name(),
                        one.locator(),
                        one.home(),
                        other.partition().id().name(),
                        other.line())));
        return;
      }
    }
    there.add(new Placed(one, line));
  }

  private record Placed(Config.Partition partition, int line) {}

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

  /// @param engine that the home has to be of
  void refersTo(HomeId id, Engine engine, String key, int line) {
    references.add(new Reference(id, engine, key, line));
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

  /// @param secret the key that is missing, for which it may listen elsewhere
  void loopbackOnly(Address at, Section section, String key, String secret) {
    if (!at.loopback()) {
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
    for (OfEngine each : gatewaysOf) {
      if (!homes.isEmpty() && !engines.containsValue(each.engine())) {
        faults.add(
            new Fault(
                each.line(),
                "gateway '%s' is of engine '%s', and no home is: set its 'engine', or name such a home"
                    .formatted(each.gateway(), each.engine())));
      }
    }
    for (Reference reference : references) {
      Engine of = engines.get(reference.home());
      if (of != null && !of.equals(reference.engine())) {
        faults.add(
            new Fault(
                reference.line(),
                "'%s': home '%s' is of engine '%s', and has to be of '%s'"
                    .formatted(reference.key(), reference.home(), of, reference.engine())));
      }
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
