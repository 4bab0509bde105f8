package dev.drover.redis.move;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.EngineTraits;
import dev.drover.redis.RedisEngine;
import java.util.Optional;

/// Scopes and keys: a longer prefix lies inside a shorter one.
public final class RedisTraits implements EngineTraits {
  private static final Nouns NOUNS = new Nouns("scope", "scopes", "keys");

  @Override
  public Engine engine() {
    return RedisEngine.NAME;
  }

  @Override
  public Nouns nouns() {
    return NOUNS;
  }

  /// An ACL keeps others out; the user that gateways and movers log in with passes.
  @Override
  public SourceFence sourceFence() {
    return SourceFence.OUTSIDERS;
  }

  @Override
  public Placement target(Placement now, HomeId home, Optional<String> locator) {
    if (locator.filter(asked -> !asked.equals(now.locator())).isPresent()) {
      throw new IllegalArgumentException(
          "a scope has the same prefix, '%s', at every home, so it cannot become '%s' at '%s'. Name the home alone"
              .formatted(now.locator(), locator.get(), home));
    }
    return new Placement(home, now.locator());
  }

  @Override
  public boolean inside(String inner, String outer) {
    return inner.length() > outer.length() && inner.startsWith(outer);
  }

  @Override
  public boolean mayLieInside(PartitionId unread, String outer) {
    return inside(unread.name(), outer);
  }

  @Override
  public String undoing(Undo undo) {
    String home = undo.at().home().value();
    return switch (undo.action()) {
      case Undoing.PURGE_SOURCE -> "deleting the old copy at " + home;
      case Undoing.REMOVE_COPIES -> "taking away what was copied to " + home;
      case Undoing.LIFT_FENCE -> "lifting the fence at " + home;
      case Undoing.BRING_OVER -> "bringing over what is at " + home;
      case Undo.DROP_ASIDE -> "deleting what is set aside at " + home;
      case Undo.BRING_ASIDE, Undo.REPLACE_BY_ASIDE -> "bringing over what is set aside at " + home;
      default -> "'" + undo.action() + "' at " + home;
    };
  }
}
