package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Names;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where a request's tenant is read from. All places that a request fills have to name the same
/// one.
///
/// @param sources in the order in which people are told of them
public record Tenancy(List<Source> sources) {
  private static final int FORBIDDEN = 403;

  /// One place where a tenant may be named.
  public sealed interface Source {
    /// A header's value.
    record Header(String name) implements Source {}

    /// The user of basic authentication.
    record User() implements Source {}

    /// A claim of the token.
    record Claim() implements Source {}

    /// The first part of the path behind a fixed one, as `/tenants/acme/orders/_search`. The rest
    /// of the path is what the client asks for.
    record PathPrefix(String first) implements Source {}

    /// What stands before a separator in the name of the index, as `acme-orders`. The name stays
    /// the index's name for the client.
    record IndexPrefix(String separator) implements Source {}

    /// A field of the document itself, looked at only if nothing else of the request names a
    /// tenant.
    record Field(String name) implements Source {}
  }

  public Tenancy {
    sources = List.copyOf(sources);
  }

  /// What was found.
  ///
  /// @param path its parts without those that name the tenant
  record Found(Cursors.Owner owner, List<String> path) {}

  /// The tenant that all but a request's body names.
  ///
  /// @param known whether there is such a tenant
  /// @return empty if nothing of it names one
  /// @throws Refused if an unknown tenant, or several are named
  Optional<Found> of(ClientRequest request, List<String> path, Login login, Predicate<String> known)
      throws Refused {
    String tenant = "";
    boolean several = false;
    List<String> rest = path;
    for (Source source : sources) {
      Optional<String> named =
          switch (source) {
            case Source.Header header -> nonEmpty(one(request, header.name()));
            case Source.User _ -> nonEmpty(login.user());
            case Source.Claim _ -> nonEmpty(claimed(login));
            case Source.PathPrefix prefix -> {
              boolean there = path.size() > 1 && path.getFirst().equals(prefix.first());
              if (there) {
                rest = path.subList(2, path.size());
              }
              yield there ? Optional.of(path.get(1)) : Optional.empty();
            }
            case Source.IndexPrefix prefix ->
                path.isEmpty()
                    ? Optional.empty()
                    : ofIndex(path.getFirst(), prefix.separator(), known);
            case Source.Field _ -> Optional.empty();
          };
      if (named.isPresent()) {
        several |= !tenant.isEmpty() && !named.get().equals(tenant);
        tenant = named.get();
      }
    }
    if (tenant.isEmpty()) {
      return Optional.empty();
    }
    if (several) {
      throw namesSeveral();
    }
    if (!known.test(tenant)) {
      throw unknown(tenant);
    }
    return Optional.of(new Found(new Cursors.Owner(tenant, login.principal()), rest));
  }

  /// Whoever has a token is bound to the tenant that it names: what else the request says does not
  /// stand in for it.
  private static String claimed(Login login) throws Refused {
    if (login.token() && login.claimed().isEmpty()) {
      throw new Refused(
          FORBIDDEN,
          "security_exception",
          "the token of this request names no tenant: it lacks the claim that this gateway reads (tokens.claim in its configuration)");
    }
    return login.claimed();
  }

  Refused namesNone() {
    return Refused.argument("this request names no tenant: " + places());
  }

  Refused namesSeveral() {
    return Refused.argument("this request names several tenants: " + places());
  }

  static Refused unknown(String tenant) {
    String named =
        tenant.length() <= Names.TENANT_CHARS_MAX
            ? tenant
            : tenant.substring(0, Names.TENANT_CHARS_MAX) + "…";
    return new Refused(404, "tenant_not_found_exception", "there is no tenant [" + named + "]");
  }

  /// The field of a document that names its tenant; empty if none does.
  Optional<String> field() {
    return sources.stream()
        .filter(Source.Field.class::isInstance)
        .map(each -> ((Source.Field) each).name())
        .findFirst();
  }

  /// Whether a tenant may be named in a body.
  boolean readsBodies() {
    return sources.stream()
        .anyMatch(each -> each instanceof Source.Field || each instanceof Source.IndexPrefix);
  }

  /// The tenant that the name of an index begins with.
  Optional<String> ofIndex(String index, Predicate<String> known) {
    return sources.stream()
        .filter(Source.IndexPrefix.class::isInstance)
        .flatMap(each -> ofIndex(index, ((Source.IndexPrefix) each).separator(), known).stream())
        .findFirst();
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// A header that stands there twice could be read in two ways.
  private static String one(ClientRequest request, String name) throws Refused {
    List<String> all = request.headers().getAll(name);
    if (all.size() > 1) {
      throw Refused.argument("the header '" + name + "' stands twice in this request");
    }
    return all.isEmpty() ? "" : all.getFirst().strip();
  }

  /// The longest that there is: `acme-b-orders` is of tenant `acme-b` if there is one.
  private static Optional<String> ofIndex(String index, String separator, Predicate<String> known) {
    // No tenant's name is longer.
    for (int at = index.lastIndexOf(separator, Names.TENANT_CHARS_MAX);
        at > 0;
        at = index.lastIndexOf(separator, at - 1)) {
      String tenant = index.substring(0, at);
      if (known.test(tenant)) {
        return Optional.of(tenant);
      }
    }
    return Optional.empty();
  }

  private String places() {
    return "it is read from "
        + String.join(
            ", ",
            sources.stream()
                .map(
                    source ->
                        switch (source) {
                          case Source.Header header -> "the header '" + header.name() + "'";
                          case Source.User _ -> "the user of basic authentication";
                          case Source.Claim _ -> "a claim of the token";
                          case Source.PathPrefix prefix ->
                              "the path behind '/" + prefix.first() + "/'";
                          case Source.IndexPrefix prefix ->
                              "the index's name before '" + prefix.separator() + "'";
                          case Source.Field field ->
                              "the field '" + field.name() + "' of a document that is written";
                        })
                .toList());
  }
}
