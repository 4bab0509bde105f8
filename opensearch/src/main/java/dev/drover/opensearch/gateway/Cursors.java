package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.PitIds;
import dev.drover.opensearch.rewrite.Refused;
import java.util.function.UnaryOperator;

/// Ids of scrolls and points in time as clients are shown them. What a home calls one would open
/// other tenants' documents at a shared index. One is used to its end at the place where it was
/// opened, wherever its tenant is by then. Thread-safe.
interface Cursors {
  /// Whose one is.
  ///
  /// @param principal who has logged in; empty for nobody that is known
  record Owner(String tenant, String principal) {}

  /// One that was opened.
  record Opened(Placement at, String id) {}

  /// @throws Refused if there are none
  void check() throws Refused;

  /// What a client is shown for a home's id.
  String shown(Owner owner, Placement place, String id);

  /// @throws Refused if it is not this owner's, or none at all
  Opened opened(Owner owner, String shown) throws Refused;

  default At at(Owner owner, Placement place) {
    return new At(this, owner, place);
  }

  /// An owner's at one place.
  record At(Cursors all, Owner owner, Placement place) implements PitIds, UnaryOperator<String> {
    @Override
    public String apply(String id) {
      return all.shown(owner, place, id);
    }

    @Override
    public String unseal(String id) throws Refused {
      Opened opened = all.opened(owner, id);
      if (!opened.at().equals(place)) {
        throw Refused.argument(
            "this id was opened before the tenant moved: use it in a request of its own");
      }
      return opened.id();
    }
  }

  /// What is said of an id that opens nothing.
  static Refused none() {
    return new Refused(
        404, "search_context_missing_exception", "No search context found for this id");
  }
}
