package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.rewrite.Endpoint;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.Paths;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Names;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds out by a request's head what becomes of it. Thread-safe.
final class Planner {
  private static final int UNSUPPORTED_TYPE = 415;
  private static final Set<String> JSON =
      Set.of(
          "application/json",
          "application/x-ndjson",
          "application/vnd.opensearch+json",
          "application/vnd.opensearch+x-ndjson",
          "application/vnd.elasticsearch+json",
          "application/vnd.elasticsearch+x-ndjson");
  private static final List<String> OTHER_FORMS = List.of("cbor", "smile", "yaml");
  private static final String OPAQUE_ID = "x-opaque-id";

  private final Serving serving;
  private final TenantsByBody byBody;

  Planner(Serving serving) {
    this.serving = serving;
    this.byBody = new TenantsByBody(serving, this);
  }

  /// @throws Refused saying why the request goes nowhere
  Plan plan(ClientRequest request) throws Refused {
    request.checkTransfer();
    List<String> path = Paths.decode(request.path());
    Logins.Login login = serving.options().logins().check(request);
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
        sent(request, safe(request.header(HttpHeaderNames.ACCEPT)))
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

  /// The head for a tenant's home, but for its method, its target and its length. What answers are
  /// to be like is not sent: they are read here, so they have to be JSON.
  static Outgoing sent(ClientRequest request) {
    return sent(request, "");
  }

  private static Outgoing sent(ClientRequest request, String accept) {
    return new Outgoing(
        request.method(),
        "",
        safe(request.contentType()),
        safe(request.header(HttpHeaderNames.CONTENT_ENCODING)),
        request.length(),
        opaqueId(request),
        accept,
        new Outgoing.Credentials(safe(request.header(HttpHeaderNames.AUTHORIZATION)), true));
  }

  /// What a driver marks its writes with, no client can: the next driver waits for it.
  private static String opaqueId(ClientRequest request) {
    String id = safe(request.header(OPAQUE_ID));
    return id.startsWith(Names.OWN) ? "" : id;
  }

  private static String safe(String value) {
    return Outgoing.safe(value).orElse("");
  }

  /// @throws Refused saying why it goes nowhere
  Plan ofTenant(ClientRequest request, Tenancy.Found found) throws Refused {
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
    checkTypes(request);
    Asked asked =
        new Asked(
            serving,
            match.endpoint(),
            found.owner(),
            QueryStrings.decode(request.query()),
            sent(request));
    return new Targets(asked, gate, request, match).plan();
  }

  /// The one form in which bodies are read, here and at homes.
  static void checkTypes(ClientRequest request) throws Refused {
    String media = media(request.contentType());
    if (!media.isEmpty() && !JSON.contains(media)) {
      throw new Refused(
          UNSUPPORTED_TYPE,
          "media_type_header_exception",
          "Content-Type [" + media + "] is not supported: send application/json");
    }
    String encoding = request.header(HttpHeaderNames.CONTENT_ENCODING).strip();
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("gzip")) {
      throw new Refused(
          UNSUPPORTED_TYPE,
          Refused.ARGUMENT,
          "Content-Encoding [" + encoding + "] is not supported: send gzip, or nothing");
    }
    if (request.length() != 0 && media.isEmpty()) {
      throw Refused.notAcceptable("Content-Type header is missing: send application/json");
    }
    checkAccept(request.header(HttpHeaderNames.ACCEPT));
  }

  /// A cluster answers in the forms that it has, and in JSON to who asks for another one.
  private static void checkAccept(String accept) throws Refused {
    boolean other = false;
    boolean json = accept.isBlank();
    for (String each : accept.split(",", -1)) {
      String media = media(each);
      other |= OTHER_FORMS.stream().anyMatch(media::endsWith);
      json |= JSON.contains(media) || media.equals("*/*") || media.equals("application/*");
    }
    if (other && !json) {
      throw Refused.notAcceptable(
          "Accept [" + accept + "] is not supported: answers are application/json");
    }
  }

  /// A media type without its parameters.
  private static String media(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
