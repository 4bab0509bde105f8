package dev.drover.app.demo;

import dev.drover.app.StartException;
import dev.drover.core.PartitionId;
import dev.drover.engine.Plug;
import dev.drover.engine.demo.DemoKit;

/// The engine that the demo shows.
public record DemoSubject(Plug plug, DemoKit kit) {
  /// @throws StartException if the engine has no kit
  public static DemoSubject of(Plug plug) throws StartException {
    DemoKit kit =
        plug.demoKit()
            .orElseThrow(
                () ->
                    new StartException(
                        "engine '" + plug.engine() + "' brings nothing to run a demo with", null));
    return new DemoSubject(plug, kit);
  }

  /// The partition that moves.
  public PartitionId partition() {
    return new PartitionId(plug.engine(), kit.partition());
  }
}
