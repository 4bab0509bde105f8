package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.CursorBody;
import dev.drover.opensearch.rewrite.PitIds;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.RequestView;
import dev.drover.opensearch.rewrite.SearchBody;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds out where the scrolls and points in time that a request names were opened.
final class CursorPlaces {
  /// Where only the form of a body is looked at.
  private static final Locator ANYWHERE = Locator.parse("cluster");

  private CursorPlaces() {}

  /// The place where what a request names was opened.
  ///
  /// @param id the one of the path or of the URL; empty if the body names it
  /// @throws Refused if it names nothing, or what was opened at several places
  static Placement place(Asked asked, Optional<String> id, byte[] body) throws Refused {
    RequestView anywhere =
        new RequestView(
            new Documents(asked.tenant(), ANYWHERE),
            Optional.empty(),
            asked.serving().options().switches());
    Cursors cursors = asked.serving().cursors();
    Set<Placement> found = new LinkedHashSet<>();
    switch (asked.endpoint()) {
      case SCROLL, SCROLL_DELETE -> {
        for (String each : ids(CursorBody.scroll(body, anywhere), id)) {
          found.add(cursors.opened(asked.owner(), each).at());
        }
      }
      case PIT_DELETE -> {
        for (String each : CursorBody.pits(body, anywhere).ids()) {
          found.add(cursors.opened(asked.owner(), each).at());
        }
      }
      default -> {
        PitIds pits =
            each -> {
              found.add(cursors.opened(asked.owner(), each).at());
              return each;
            };
        SearchBody _ = SearchBody.of(body, anywhere, Optional.empty(), pits);
      }
    }
    if (found.size() != 1) {
      throw Refused.argument(
          found.isEmpty()
              ? "the request names neither an index in its path nor anything that was opened before"
              : "these ids were opened at several places, before and after the tenant moved: send one request for each");
    }
    return found.iterator().next();
  }

  static List<String> ids(CursorBody body, Optional<String> ofUrl) throws Refused {
    if (ofUrl.isPresent() && !body.ids().isEmpty()) {
      throw Refused.argument("the id stands in the URL and in the body: send one of them");
    }
    List<String> all = ofUrl.map(List::of).orElse(body.ids());
    if (all.isEmpty()) {
      throw Refused.argument("the request names no id of a scroll or a point in time");
    }
    return all;
  }
}
