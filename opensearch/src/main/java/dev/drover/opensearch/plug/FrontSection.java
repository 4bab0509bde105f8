package dev.drover.opensearch.plug;

import dev.drover.core.HomeId;
import dev.drover.engine.config.Section;
import dev.drover.engine.config.Units;
import dev.drover.opensearch.gateway.FrontOptions.Limits;
import dev.drover.opensearch.gateway.Passing;
import dev.drover.opensearch.gateway.Tenancy;
import dev.drover.opensearch.gateway.Tenancy.Source;
import dev.drover.opensearch.gateway.Tokens;
import dev.drover.opensearch.rewrite.Switches;
import dev.drover.opensearch.tenant.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the keys of a gateway that are the engine's own.
final class FrontSection {
  /// A mover asks for a noted delete for a minute longer.
  private static final Duration HOME_TIMEOUT_MOST = Duration.ofMinutes(5);

  private static final Duration TIME_MAX_LEAST = Duration.ofMillis(100);
  private static final String TENANT_FROM = "tenantFrom";
  private static final String TOKENS = "tokens";
  private static final String HEADER = "header:";
  private static final String PATH = "path:";
  private static final String INDEX = "index:";
  private static final String FIELD = "field:";

  private FrontSection() {}

  static HttpFrontSettings read(Section section) {
    return new HttpFrontSettings(
        section.secret("password", true),
        tokens(section),
        CursorSettings.read(section),
        limits(section),
        tenancy(section),
        passing(section),
        new Switches(section.flag("sharedScripts"), section.flag("sharedMappings")));
  }

  private static Limits limits(Section section) {
    Limits usual = Limits.DEFAULT;
    Duration homeTimeout =
        section.duration(
            "homeTimeout", usual.homeTimeout(), TIME_MAX_LEAST, "clusters are slow for a moment");
    if (homeTimeout.compareTo(HOME_TIMEOUT_MOST) > 0) {
      section.fault(
          section.line("homeTimeout"),
          "'%s' is %s, but a move does not look for longer whether a delete has been done: at most %s"
              .formatted(
                  section.named("homeTimeout"),
                  Units.text(homeTimeout),
                  Units.text(HOME_TIMEOUT_MOST)));
    }
    return new Limits(
        homeTimeout,
        section.duration(
            "clientTimeout",
            usual.clientTimeout(),
            TIME_MAX_LEAST,
            "clients are slow for a moment"),
        section.value("bodyMax", Units::size).orElse(usual.bodyBytesMax()),
        usual.walkedBytesMax());
  }

  private static Optional<Tokens.Options> tokens(Section gateway) {
    if (!gateway.has(TOKENS)) {
      return Optional.empty();
    }
    Section section = gateway.section(TOKENS);
    Optional<Path> keys = section.readable("keys");
    if (keys.isEmpty()) {
      section.fault(
          section.line(),
          "'"
              + section.named("keys")
              + "' is missing: the file with the keys (JWK set) by which tokens are checked");
    }
    String claim = section.text("claim").orElse("tenant");
    Optional<String> issuer = section.text("issuer");
    Optional<String> audience = section.text("audience");
    section.done();
    return keys.map(file -> new Tokens.Options(file, claim, issuer, audience));
  }

  /// Without a word of the operator's, tokens bind their clients, and only without tokens a header
  /// is believed.
  private static Tenancy tenancy(Section section) {
    boolean tokens = section.has(TOKENS);
    List<Source> sources = new ArrayList<>();
    for (String text : section.texts(TENANT_FROM)) {
      Optional<Source> source = source(text);
      if (source.isEmpty()) {
        section.fault(
            section.line(TENANT_FROM),
            "'%s': '%s' is no place where a tenant can be named. It is one of: header:NAME, user, claim, path:FIRST (as /FIRST/TENANT/INDEX/…), index:SEPARATOR (as TENANT-orders), field:NAME (of a document that is written)"
                .formatted(section.named(TENANT_FROM), text));
      }
      if (source.filter(Source.Claim.class::isInstance).isPresent() && !tokens) {
        section.fault(
            section.line(TENANT_FROM),
            "'%s': 'claim' needs '%s', by which tokens are checked. Without it no request has a claim"
                .formatted(section.named(TENANT_FROM), section.named(TOKENS)));
      }
      source.ifPresent(sources::add);
    }
    Source usual = tokens ? new Source.Claim() : new Source.Header("X-Tenant");
    return new Tenancy(sources.isEmpty() ? List.of(usual) : sources);
  }

  private static Optional<Source> source(String text) {
    if (text.equals("user")) {
      return Optional.of(new Source.User());
    }
    if (text.equals("claim")) {
      return Optional.of(new Source.Claim());
    }
    if (text.startsWith(HEADER) && text.substring(HEADER.length()).matches("[A-Za-z0-9-]+")) {
      return Optional.of(new Source.Header(text.substring(HEADER.length())));
    }
    if (text.startsWith(PATH) && text.substring(PATH.length()).matches("[A-Za-z0-9._~-]+")) {
      return Optional.of(new Source.PathPrefix(text.substring(PATH.length())));
    }
    if (text.startsWith(INDEX) && text.substring(INDEX.length()).matches("[._-]+")) {
      return Optional.of(new Source.IndexPrefix(text.substring(INDEX.length())));
    }
    if (text.startsWith(FIELD) && text.length() > FIELD.length()) {
      return Optional.of(new Source.Field(text.substring(FIELD.length())));
    }
    return Optional.empty();
  }

  private static Passing passing(Section section) {
    List<Passing.Prefix> prefixes = new ArrayList<>();
    for (Section each : section.sections("passThrough")) {
      Optional<String> prefix = each.required("prefix", FrontSection::prefix);
      Optional<HomeId> home = each.required("home", HomeId::new);
      each.done();
      prefix.ifPresent(text -> home.ifPresent(at -> prefixes.add(new Passing.Prefix(text, at))));
    }
    return new Passing(prefixes);
  }

  /// A prefix such as `_` would open the whole cluster, and `d` what Drover keeps there.
  private static String prefix(String text) {
    if (!text.matches("[a-z0-9][a-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "begins with a letter or a digit and has only a-z, 0-9, '.', '_' and '-', but is '"
              + text
              + "'");
    }
    if (Names.OWN.startsWith(text) || text.startsWith(Names.OWN)) {
      throw new IllegalArgumentException(
          "cannot be '%s': names that begin with '%s' are kept for Drover itself"
              .formatted(text, Names.OWN));
    }
    return text;
  }
}
