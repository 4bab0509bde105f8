package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.rewrite.Endpoint;
import dev.drover.opensearch.rewrite.Paths;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.UrlParameters;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Names;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a tenant's client has asked for, by its head.
///
/// @param owner whose request it is
/// @param parameters of the URL
/// @param sent the head as it goes to a home, but for its method, its target and its length
record Asked(
    Serving serving,
    Endpoint endpoint,
    Cursors.Owner owner,
    Map<String, String> parameters,
    Outgoing sent) {
  /// Parameters by which the gateway acts, and which a home is not sent.
  static final Set<String> CONSUMED =
      Set.of(
          "q",
          "df",
          "analyzer",
          "analyze_wildcard",
          "default_operator",
          "lenient",
          "source",
          "source_content_type",
          "format",
          "scroll_id");

  private static final int UNAVAILABLE = 503;
  private static final String TERM = "if_primary_term";
  static final String ROUTING = "routing";

  String tenant() {
    return owner.tenant();
  }

  /// How the tenant stands at a place.
  ///
  /// @throws Refused if it cannot ask for this there
  Documents at(Placement to) throws Refused {
    Documents documents = serving.documents(tenant(), to);
    endpoint.check(documents.locator().kind(), serving.options().switches());
    switch (endpoint) {
      case INDEX_CREATE, INDEX_DELETE, MAPPING_PUT -> atRest();
      default -> {}
    }
    return documents;
  }

  /// A move takes over the indices as it finds them.
  private void atRest() throws Refused {
    if (serving.records().isPresent()) {
      throw Refused.unavailableInFresh(
          "making, changing and deleting indices", "use a gateway without it");
    }
    Gate gate = serving.gate(tenant());
    if (gate != null && gate.route().moving()) {
      throw new Refused(
          UNAVAILABLE,
          Refused.RETRY,
          "the tenant moves to another home, and meanwhile no index of it is made, changed or deleted. Nothing was done; send it again when the move is over");
    }
  }

  /// What an index is called at the home.
  ///
  /// @param called as the client calls it
  static String index(Documents documents, String called) throws Refused {
    try {
      String name = Names.index(called);
      return documents.locator().atHome(name).orElseThrow(() -> Refused.noIndex(called));
    } catch (IllegalArgumentException e) {
      throw new Refused(400, "invalid_index_name_exception", String.valueOf(e.getMessage()));
    }
  }

  /// The routing of the one document that is asked for, at the home; null for none.
  @Nullable String routing(Documents documents) {
    return documents.routing().orElse(parameters.get(ROUTING));
  }

  /// What a document is called at the home.
  static String id(Documents documents, String called) throws Refused {
    int bytes = called.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > documents.idBytesMax()) {
      throw Refused.argument(
          "id is too long, must be no longer than %d bytes here but was: %d"
              .formatted(documents.idBytesMax(), bytes));
    }
    return documents.atHome(called);
  }

  /// The parameters for the home, but for those by which other parts of the gateway act.
  ///
  /// @param document whether they are of one document
  Map<String, String> parameters(Documents documents, boolean document) throws Refused {
    UrlParameters given = UrlParameters.of(endpoint, documents.locator(), parameters);
    Map<String, String> all = new LinkedHashMap<>(given.pass());
    all.putAll(given.handled());
    String shown = all.get(TERM);
    if (shown != null) {
      all.put(TERM, term(documents, shown));
    }
    if (document) {
      route(documents, all);
    }
    return all;
  }

  /// Adds the routing of the tenant's documents, if they have one.
  static void route(Documents documents, Map<String, String> parameters) {
    documents.routing().ifPresent(all -> parameters.put(ROUTING, all));
  }

  private static String term(Documents documents, String shown) throws Refused {
    try {
      return String.valueOf(documents.conditionAtHome(Long.parseLong(shown)));
    } catch (NumberFormatException e) {
      throw Refused.argument(
          "Failed to parse long parameter [if_primary_term] with value [" + shown + "]");
    }
  }

  /// The head for a home.
  ///
  /// @param path its parts
  Outgoing outgoing(String method, List<String> path, Map<String, String> parameters, long length) {
    return sent.to(method, target(path, parameters), length);
  }

  /// Path and query, encoded.
  static String target(List<String> path, Map<String, String> parameters) {
    String query = QueryStrings.encode(parameters);
    return Paths.encode(path) + (query.isEmpty() ? "" : "?" + query);
  }

  /// How the home's answer is shown; empty if it is passed on as it is.
  Optional<AnswerRewriter> answer(Placement to, AnswerShape shape) {
    boolean cursors =
        switch (endpoint) {
          case SEARCH, MSEARCH, SCROLL, PIT_CREATE -> true;
          default -> false;
        };
    return serving.rewriter(owner, to, shape, cursors);
  }
}
