package dev.drover.opensearch.move;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Undo;
import dev.drover.core.mover.EngineTraits;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.tenant.Locator;
import java.util.Optional;

/// Tenants and documents. A tenant may get another kind of place with each move, and no tenant lies
/// inside another.
public final class OpenSearchTraits implements EngineTraits {
  private static final Nouns NOUNS = new Nouns("tenant", "tenants", "documents");

  @Override
  public Engine engine() {
    return OpenSearchEngine.ENGINE;
  }

  @Override
  public Nouns nouns() {
    return NOUNS;
  }

  /// A block stops gateways as well.
  @Override
  public SourceFence sourceFence() {
    return SourceFence.EVERYONE;
  }

  /// The tail is read by sequence numbers, which deleted documents do not show.
  @Override
  public boolean gatewaysNote() {
    return true;
  }

  /// The next stay of the tenant. Without a locator it gets the same kind of place there as it has.
  @Override
  public Placement target(Placement now, HomeId home, Optional<String> locator) {
    Locator from = Locator.parse(now.locator());
    Locator asked = locator.map(Locator::parse).orElse(from);
    if (locator.isPresent() && asked.stay() != 0) {
      throw new IllegalArgumentException(
          "'%s' names a stay by its '#'. A move counts the stays itself: name the place alone"
              .formatted(locator.get()));
    }
    Locator to = named(asked, from, locator.orElse("")).at(from.stay() + 1);
    if (home.equals(now.home()) && to.at(0).equals(from.at(0))) {
      throw new IllegalArgumentException(
          "the tenant is at '%s' of '%s' already. Name another home, or another place there: cluster, index:NAME or shared:NAME"
              .formatted(from.at(0), home));
    }
    return new Placement(home, to.toString());
  }

  /// Clients go on calling their one index as they did, also if the new place does not say how.
  private static Locator named(Locator asked, Locator from, String text) {
    boolean silent = asked.logical().isPresent() && !text.contains("=");
    return silent && from.logical().isPresent()
        ? new Locator(
            asked.kind(), asked.physical(), from.logical(), asked.field(), Optional.empty(), 0)
        : asked;
  }

  @Override
  public boolean inside(String inner, String outer) {
    return false;
  }

  @Override
  public boolean nests() {
    return false;
  }

  /// Two indices of one name would be one. So no tenant is where another one's cluster is its own.
  @Override
  public boolean meet(String one, String other) {
    return Locator.parse(one).overlaps(Locator.parse(other));
  }

  @Override
  public boolean mayLieInside(PartitionId unread, String outer) {
    return false;
  }

  @Override
  public String undoing(Undo undo) {
    String home = undo.at().home().value();
    return switch (undo.action()) {
      case Debts.PURGE_SOURCE -> "deleting the old copy at " + home;
      case Debts.REMOVE_COPIES -> "taking away what was copied to " + home;
      case Debts.LIFT_BLOCK -> "letting writes through again at " + home;
      case Debts.DROP_NAMES -> "taking away the names that drivers wrote through at " + home;
      case Debts.DROP_NOTES -> "deleting the notes of deletes at " + home;
      case Undo.DROP_ASIDE -> "deleting what is set aside at " + home;
      case Undo.BRING_ASIDE, Undo.REPLACE_BY_ASIDE -> "bringing over what is set aside at " + home;
      default -> "'" + undo.action() + "' at " + home;
    };
  }
}
