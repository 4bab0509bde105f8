package dev.drover.engine;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.EngineModel;
import dev.drover.core.mover.EngineTraits;
import dev.drover.engine.config.Section;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.StandIn;
import dev.drover.engine.torture.TortureKit;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/// An engine, as the rest of Drover takes it in: what its words mean, its part of the
/// configuration, and its homes, by which it moves and serves. Found by [java.util.ServiceLoader],
/// so an engine is there where its module is on the class path, and its module names its plug under
/// `META-INF/services`.
public interface Plug {
  EngineTraits traits();

  default Engine engine() {
    return traits().engine();
  }

  // --- its part of the configuration. What is wrong goes to the section's faults; what is given
  // back then is not used.

  /// The top-level key of the list of its partitions, such as `scopes`.
  String partitionsKey();

  /// The top-level key that names the home of what is in no partition; empty if the engine keeps no
  /// such thing.
  Optional<String> restKey();

  /// Reads a home's keys, all but `name` and `engine`.
  HomeSettings home(Section section);

  /// Reads which partition an entry of its list is of, all but `home` and `fallback`.
  ///
  /// @return empty if that cannot be known
  Optional<Place> partition(Section section);

  /// What a partition is called at its homes, if its name says it. Asked where neither the store
  /// nor the configuration knows it any more.
  default Optional<String> locator(PartitionId id) {
    return Optional.empty();
  }

  /// Reads the keys of a gateway that are the engine's own.
  FrontSettings front(Section section);

  /// What `drover init` writes of it.
  Example example();

  // --- at work

  /// Makes its homes reachable, and connects to none.
  ///
  /// @param homes as [#home] has read them
  /// @param environment variables that secrets may be in
  /// @throws IllegalArgumentException saying which home's password or certificates cannot be had
  EngineHomes open(Map<HomeId, HomeSettings> homes, Map<String, String> environment);

  /// How it behaves where the protocol depends on it: so it is simulated (`drover sim --engine`).
  EngineModel model();

  // --- shown, and under torture

  /// How the demo shows it; empty if it does not.
  default Optional<DemoKit> demoKit() {
    return Optional.empty();
  }

  /// Starts what stands for a home of it where no real one can be had; empty if nothing does.
  ///
  /// @throws UncheckedIOException if it cannot listen
  default Optional<StandIn> standIn() {
    return Optional.empty();
  }

  /// How it is tortured; empty if it is not.
  default Optional<TortureKit> tortureKit() {
    return Optional.empty();
  }

  /// A partition, and what it is called at its homes.
  record Place(PartitionId id, String locator) {}

  /// A configuration to begin with, in YAML with comments, each part indented as it stands in the
  /// file.
  ///
  /// @param homes the section `homes`
  /// @param partitions the list of partitions with its key, and the key of the rest if there is one
  /// @param gateway the engine's own keys of a gateway
  record Example(String homes, String partitions, String gateway) {}
}
