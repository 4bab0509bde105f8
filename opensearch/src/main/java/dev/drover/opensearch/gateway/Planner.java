package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.rewrite.Endpoint;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.Paths;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
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
      return passing(request, path, passing.get());
    }
    if (path.isEmpty()) {
      // Says which methods there are, if this is none of them.
      var _ = Endpoints.match(request.method(), path);
      return LocalAnswers.info();
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

  private Plan passing(ClientRequest request, List<String> path, Placement to) throws Refused {
    Map<String, String> parameters = QueryStrings.decode(request.query());
    String query = QueryStrings.encode(parameters);
    Outgoing head =
        Heads.passed(request)
            .to(
                request.method(),
                Paths.encode(path) + (query.isEmpty() ? "" : "?" + query),
                request.length());
    return new Plan.Forward(
        null,
        Optional.of(to),
        !request.method().equals("GET") && !request.head(),
        serving.options().limits().bodyBytesMax(),
        true,
        new PassingTarget(head),
        request.method() + " " + path.getFirst(),
        "");
  }

  /// @throws Refused saying why it goes nowhere
  private Plan ofTenant(ClientRequest request, Tenancy.Found found) throws Refused {
    Endpoints.Match match = Endpoints.match(request.method(), found.path());
    if (match.endpoint() == Endpoint.INFO) {
      return LocalAnswers.info();
    }
    Gate gate = serving.gate(found.owner().tenant());
    if (gate == null) {
      throw Tenancy.unknown(found.owner().tenant());
    }
    if (match.endpoint() == Endpoint.HEALTH) {
      return LocalAnswers.health(gate);
    }
    Heads.check(request);
    Asked asked =
        new Asked(
            serving,
            match.endpoint(),
            found.owner(),
            QueryStrings.decode(request.query()),
            Heads.ofTenant(request));
    return new Targets(asked, gate, request, match).plan();
  }
}
