package dev.drover.torture.fleet;

import dev.drover.app.StartException;
import dev.drover.core.PartitionId;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.torture.TortureKit;
import dev.drover.engine.torture.TortureKit.Trait;
import dev.drover.torture.TortureOptions;
import java.io.IOException;
import java.nio.file.Path;

/// The engine that is tortured.
///
/// @param program what runs its homes
public record Subject(Plug plug, TortureKit kit, HomeProgram program) {
  /// @throws StartException if there is no such engine, or it cannot be tortured so
  static Subject of(TortureOptions options, Path directory) throws StartException, IOException {
    Plug plug = plug(options.engine().name());
    TortureKit kit =
        plug.tortureKit()
            .orElseThrow(
                () ->
                    new StartException(
                        "engine '" + plug.engine() + "' brings nothing to torture it with", null));
    Subject subject =
        new Subject(plug, kit, kit.homes().program(options.engine().homeBinary(), directory));
    if (options.shape().fresh() > 0 && !subject.has(Trait.FRESH_GATEWAYS)) {
      throw new StartException(
          "gateways of engine '" + plug.engine() + "' always hold a lease: leave out --fresh",
          null);
    }
    if (options.shape().fallbacks() > 0 && !subject.has(Trait.FALLBACKS)) {
      throw new StartException(
          "engine '" + plug.engine() + "' has no fallbacks: leave out --fallbacks", null);
    }
    return subject;
  }

  private static Plug plug(String engine) throws StartException {
    try {
      return Plugs.of(engine);
    } catch (IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /// What the engine knows beyond what all engines promise.
  public boolean has(Trait trait) {
    return kit.traits().contains(trait);
  }

  /// The partition of a scope's number.
  PartitionId partition(int scope) {
    return new PartitionId(plug.engine(), kit.partition(scope));
  }
}
