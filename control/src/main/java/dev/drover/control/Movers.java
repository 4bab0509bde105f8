package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Mover;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The movers of this server's engines.
final class Movers {
  private final Map<Engine, Mover> movers;

  Movers(Map<Engine, Mover> movers) {
    this.movers = Map.copyOf(movers);
  }

  Optional<Mover> find(Engine engine) {
    return Optional.ofNullable(movers.get(engine));
  }

  /// The mover of a partition.
  ///
  /// @throws ControlException if this server does not have its engine
  Mover of(Partition partition) throws ControlException {
    return find(partition.id().engine())
        .orElseThrow(
            () ->
                new ControlException(
                    Kind.BAD_REQUEST,
                    "this server has no engine '"
                        + partition.id().engine()
                        + "', so it cannot move partition '"
                        + partition.id()
                        + "'. Ask a server whose configuration has such homes"));
  }

  Set<Engine> engines() {
    return movers.keySet();
  }

  /// What an engine's words mean; of one that this server does not have, no more than the protocol
  /// knows.
  EngineTraits traits(Engine engine) {
    return find(engine).map(Mover::traits).orElseGet(() -> new Stranger(engine));
  }

  /// An engine that this server does not have.
  private record Stranger(Engine engine) implements EngineTraits {
    @Override
    public Nouns nouns() {
      return new Nouns("partition", "partitions", "items");
    }

    @Override
    public SourceFence sourceFence() {
      return SourceFence.EVERYONE;
    }

    @Override
    public Placement target(Placement now, HomeId home, Optional<String> locator) {
      throw new IllegalArgumentException("this server has no engine '" + engine + "'");
    }

    @Override
    public boolean inside(String inner, String outer) {
      return false;
    }

    @Override
    public boolean mayLieInside(PartitionId unread, String outer) {
      return true;
    }

    @Override
    public String undoing(Undo undo) {
      return "'" + undo.action() + "' at " + undo.at().home();
    }
  }
}
