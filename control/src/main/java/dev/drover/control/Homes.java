package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.HomeLook;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The homes that the configuration names.
public interface Homes {
  /// One home.
  ///
  /// @param address for people; never holds a password
  record Home(HomeId id, Engine engine, String address) {}

  List<Home> all();

  /// Asks the home how it is; returns within a few seconds whatever happens.
  HomeLook look(HomeId id);

  /// A digest of what all processes of a fleet should have in common; empty if nothing is compared.
  default String configuration(Engine engine) {
    return "";
  }

  /// How long gateways' leases last, by this server's configuration.
  default LeaseOptions leases() {
    return LeaseOptions.DEFAULT;
  }

  /// Homes that do not answer right now, with what happened and for how long.
  default Map<HomeId, String> silent() {
    return Map.of();
  }

  /// Where an engine keeps what is in no partition; empty if it keeps no such thing, or that is not
  /// known.
  default Optional<HomeId> defaultHome(Engine engine) {
    return Optional.empty();
  }

  default Optional<Home> find(HomeId id) {
    return all().stream().filter(home -> home.id().equals(id)).findFirst();
  }
}
