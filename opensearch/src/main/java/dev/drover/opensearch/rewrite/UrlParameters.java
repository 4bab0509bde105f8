package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The parameters of a request's URL, sorted by what becomes of them.
///
/// @param pass go to the cluster as they are
/// @param handled are the gateway's to act on. It must not send them on unread
public record UrlParameters(Map<String, String> pass, Map<String, String> handled) {
  /// @param parameters as [QueryStrings#decode] gives them
  /// @throws Refused naming the first parameter that a tenant that stands so cannot use
  public static UrlParameters of(Endpoint endpoint, Locator at, Map<String, String> parameters)
      throws Refused {
    if (parameters.isEmpty()) {
      return new UrlParameters(Map.of(), Map.of());
    }
    Map<String, UrlRule> rules = UrlRules.of(endpoint);
    Map<String, String> pass = new LinkedHashMap<>();
    Map<String, String> handled = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      String name = each.getKey();
      UrlRule rule = rules.get(name);
      if (rule == null) {
        throw Refused.argument(
            "request [%s] contains unrecognized parameter: [%s]"
                .formatted(endpoint.paths().getFirst(), name));
      }
      Decision decision = rule.at(at.kind());
      if (decision == Decision.REFUSE) {
        throw Refused.isolation("the parameter [%s] is refused: %s".formatted(name, rule.why()));
      }
      rule.value().check(name, each.getValue(), at);
      (decision == Decision.PASS ? pass : handled).put(name, each.getValue());
    }
    return new UrlParameters(pass, handled);
  }
}
