package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.UrlParameters;
import dev.drover.opensearch.tenant.Locator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Requests for indices of no tenant, which a gateway passes through to a cluster. Other indices of
/// that cluster are tenants', so a request may name none of them. What can name an index in its
/// path only is passed on as it is; the body of anything else is read, as a tenant's is.
final class Passed {
  /// What operators do with an index, and clients with indices of their own cannot.
  private static final Set<String> ACTIONS =
      Set.of("_stats", "_segments", "_recovery", "_flush", "_forcemerge", "_open", "_close");

  private Passed() {}

  /// @param to where the indices are, as [Passing#placement] says
  /// @throws Refused saying why the request goes nowhere
  static Plan plan(
      Serving serving, ClientRequest request, List<String> path, Login login, Placement to)
      throws Refused {
    Map<String, String> parameters = QueryStrings.decode(request.query());
    if (path.size() == 2 && ACTIONS.contains(path.getLast())) {
      return asItIs(serving, request, path, parameters, to);
    }
    Endpoints.Match match = Endpoints.match(request.method(), path);
    return switch (match.endpoint()) {
      case DOC_GET,
          DOC_EXISTS,
          DOC_PUT,
          DOC_ADD,
          DOC_DELETE,
          CREATE,
          SOURCE_GET,
          SOURCE_EXISTS,
          UPDATE,
          REFRESH,
          MAPPING_GET,
          SETTINGS_GET,
          INDEX_DELETE,
          INDEX_EXISTS,
          INDEX_GET -> {
        Locator at = serving.documents("", to).locator();
        UrlParameters _ = UrlParameters.of(match.endpoint(), at, parameters);
        yield asItIs(serving, request, path, parameters, to);
      }
      case PIT_CREATE -> throw noCursors();
      default -> read(serving, request, parameters, login, to, match);
    };
  }

  private static Plan read(
      Serving serving,
      ClientRequest request,
      Map<String, String> parameters,
      Login login,
      Placement to,
      Endpoints.Match match)
      throws Refused {
    if (parameters.containsKey("scroll")) {
      throw noCursors();
    }
    Heads.check(request);
    Asked asked =
        new Asked(
            serving,
            match.endpoint(),
            new Cursors.Owner("", login.principal()),
            parameters,
            Heads.ofTenant(request));
    return new Targets(asked, new Plan.To.Passed(to), request, match).plan();
  }

  /// What follows on them names no index, so it could not be known to be theirs.
  private static Refused noCursors() {
    return Refused.notOffered(
        "Drover offers no scrolls and no points in time for indices that are passed through. Page with search_after");
  }

  private static Plan asItIs(
      Serving serving,
      ClientRequest request,
      List<String> path,
      Map<String, String> parameters,
      Placement to) {
    Outgoing head =
        Heads.passed(request)
            .to(request.method(), Asked.target(path, parameters), request.length());
    return new Plan.Forward(
        new Plan.To.Passed(to),
        !request.method().equals("GET") && !request.head(),
        serving.options().limits().bodyBytesMax(),
        true,
        new PassingTarget(head),
        request.method() + " " + path.getFirst(),
        "");
  }
}
