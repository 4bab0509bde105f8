package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.rewrite.Endpoint;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.Paths;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.UrlParameters;
import dev.drover.opensearch.tenant.Locator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out by a request's head what becomes of it. Thread-safe.
final class Planner {
  private final Serving serving;
  private final TenantsByBody byBody;

  Planner(Serving serving) {
    this.serving = serving;
    this.byBody = new TenantsByBody(serving, this::ofTenant);
  }

  /// @throws Refused saying why the request goes nowhere
  Plan plan(ClientRequest request) throws Refused {
    request.checkTransfer();
    List<String> path = Paths.decode(request.path());
    Login login = serving.options().logins().check(request);
    Optional<Placement> passing = serving.options().passing().placement(path);
    if (passing.isPresent()) {
      return Passed.plan(serving, request, path, login, passing.get());
    }
    if (path.isEmpty()) {
      // Says which methods there are, if this is none of them.
      return info(Endpoints.match(request.method(), path), request);
    }
    Tenancy tenancy = serving.options().tenancy();
    Optional<Tenancy.Found> found =
        tenancy.of(request, path, login, tenant -> serving.gate(tenant) != null);
    if (found.isPresent()) {
      return ofTenant(request, found.get());
    }
    Plan later = byBody.plan(request, path, login.principal());
    if (later == null) {
      throw tenancy.namesNone();
    }
    return later;
  }

  private static Plan info(Endpoints.Match match, ClientRequest request) throws Refused {
    return LocalAnswers.info(MadeForm.of(parameters(match.endpoint(), request)));
  }

  /// Those of a request that the gateway answers by itself, wherever a tenant is.
  private static Map<String, String> parameters(Endpoint endpoint, ClientRequest request)
      throws Refused {
    Map<String, String> all = QueryStrings.decode(request.query());
    var _ = UrlParameters.of(endpoint, Locator.WHOLE_CLUSTER, all);
    return all;
  }

  /// @throws Refused saying why it goes nowhere
  private Plan ofTenant(ClientRequest request, Tenancy.Found found) throws Refused {
    Endpoints.Match match = Endpoints.match(request.method(), found.path());
    if (match.endpoint() == Endpoint.INFO) {
      return info(match, request);
    }
    Gate gate = serving.gate(found.owner().tenant());
    if (gate == null) {
      throw Tenancy.unknown(found.owner().tenant());
    }
    if (match.endpoint() == Endpoint.HEALTH) {
      Map<String, String> parameters = parameters(match.endpoint(), request);
      boolean waits = parameters.keySet().stream().anyMatch(each -> each.startsWith("wait_for_"));
      return LocalAnswers.health(gate, waits, MadeForm.of(parameters));
    }
    Heads.check(request);
    Asked asked =
        new Asked(
            serving,
            match.endpoint(),
            found.owner(),
            QueryStrings.decode(request.query()),
            Heads.ofTenant(request));
    return new Targets(asked, new Plan.To.Tenant(gate), request, match).plan();
  }
}
