package dev.drover.sample;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.EngineTraits;
import java.util.Optional;

/// Maps lie beside each other, and may be called otherwise at another home, or at the same.
final class MapTraits implements EngineTraits {
  static final Engine ENGINE = new Engine("sample");

  @Override
  public Engine engine() {
    return ENGINE;
  }

  @Override
  public Nouns nouns() {
    return new Nouns("map", "maps", "entries");
  }

  @Override
  public SourceFence sourceFence() {
    return SourceFence.OUTSIDERS;
  }

  @Override
  public Placement target(Placement now, HomeId home, Optional<String> locator) {
    return new Placement(home, locator.orElse(now.locator()));
  }

  @Override
  public boolean inside(String inner, String outer) {
    return false;
  }

  @Override
  public boolean mayLieInside(PartitionId unread, String outer) {
    return false;
  }

  @Override
  public String undoing(Undo undo) {
    return undo.action().replace('-', ' ') + " at " + undo.at().home();
  }
}
