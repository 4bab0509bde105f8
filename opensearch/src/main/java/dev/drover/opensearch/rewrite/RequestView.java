package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.tenant.Names;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Whose request it is, and where its documents stand.
///
/// @param index the one that the path names, as the client calls it. It is the tenant's
public record RequestView(Documents documents, Optional<String> index, Switches switches) {
  /// @param named what the path has as an index; empty if the path has none
  /// @throws Refused if it is not one index of the tenant's
  public static RequestView of(Documents documents, Optional<String> named, Switches switches)
      throws Refused {
    RequestView view = new RequestView(documents, named, switches);
    if (named.isPresent()) {
      String _ = view.physical(named.get());
    }
    return view;
  }

  public Locator.Kind kind() {
    return documents.locator().kind();
  }

  public boolean shared() {
    return documents.locator().shared();
  }

  /// What an index is called at the home.
  ///
  /// @throws Refused if the tenant can have no such index
  public String physical(String logical) throws Refused {
    Locator at = documents.locator();
    String checked;
    try {
      checked = at.passed().isPresent() ? logical : Names.index(logical);
    } catch (IllegalArgumentException e) {
      throw Refused.argument(String.valueOf(e.getMessage()));
    }
    Optional<String> physical = at.atHome(checked);
    if (physical.isEmpty()) {
      throw Refused.noIndex(logical);
    }
    return physical.get();
  }

  /// What the path's index is called at the home.
  ///
  /// @throws Refused if the path names none
  public String physical() throws Refused {
    if (index.isEmpty()) {
      throw Refused.argument("the request names no index: write one into the path");
    }
    return physical(index.get());
  }

  /// What a document is called at the home.
  ///
  /// @throws Refused if its id is empty, or longer than the home allows
  public String idAtHome(String id) throws Refused {
    int over = id.getBytes(StandardCharsets.UTF_8).length - documents.idBytesMax();
    if (id.isEmpty()) {
      throw Refused.argument("a document's id cannot be empty");
    }
    if (id.codePoints().anyMatch(RequestView::half)) {
      throw Refused.argument("a document's id holds half a surrogate pair, which is no text");
    }
    if (over > 0) {
      throw Refused.argument(
          "the document's id is too long by %d bytes. It can have %d here: '%s…'"
              .formatted(over, documents.idBytesMax(), id.substring(0, Math.min(id.length(), 32))));
    }
    return documents.atHome(id);
  }

  private static boolean half(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
