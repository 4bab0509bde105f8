package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Tenants and bodies for tests.
final class Views {
  /// Which node is asked. `-Ddrover.rewrite.release=TWO` asks the older one.
  static final NodeProgram.Release RELEASE =
      NodeProgram.Release.valueOf(System.getProperty("drover.rewrite.release", "THREE"));

  static final RequestView ACME = of("acme", "shared:all-*");

  static final PitIds PITS =
      id -> {
        if (!id.equals("sealed")) {
          throw new Refused(404, "search_context_missing_exception", "no such point in time");
        }
        return "real";
      };

  private Views() {}

  static RequestView of(String tenant, String locator) {
    return new RequestView(
        new Documents(tenant, Locator.parse(locator)), Optional.of("orders"), Switches.NONE);
  }

  /// A place of that kind.
  static Locator at(Locator.Kind kind) {
    return Locator.parse(
        switch (kind) {
          case SHARED -> "shared:all-*";
          case INDEX -> "index:acme-*";
          case CLUSTER -> "cluster";
        });
  }

  /// @param body with `'` for `"`
  static byte[] bytes(String body) {
    return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
