package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The page `docs/opensearch-endpoints.md`: what a tenant's clients can ask for.
public final class EndpointsPage {
  private static final String HEAD =
      """
      # What the OpenSearch gateway offers

      This page is printed from the code that decides (`dev.drover.opensearch.rewrite`). A test compares them.

      A tenant stands at a cluster in one of three ways. **Shared**: its documents stand in indices that other tenants use too. **Own index**: the index is the tenant's, the cluster is not. \
      **Own cluster**: all of it is the tenant's.

      | word | what it means |
      |---|---|
      """;

  private EndpointsPage() {}

  /// The whole page.
  public static String markdown() {
    StringBuilder out = new StringBuilder(HEAD);
    for (Decision each : Decision.values()) {
      out.append("| ").append(each.text()).append(" | ").append(meaning(each)).append(" |\n");
    }
    out.append(
        """

        A path or a parameter that is not on this page is refused with an error that names it. So is a parameter that stands twice.

        ## Endpoints

        | methods | path | shared | own index | own cluster | why |
        |---|---|---|---|---|---|
        """);
    for (Endpoint each : Endpoint.values()) {
      for (String path : each.paths()) {
        out.append("| %s | `%s` | ".formatted(String.join(", ", each.methods()), path));
        for (Locator.Kind kind : Locator.Kind.values()) {
          out.append(each.at(kind).text()).append(" | ");
        }
        out.append(each.why()).append(" |\n");
      }
    }
    out.append("\n## Parameters of URLs\n");
    everyEndpoint(out);
    for (Endpoint each : Endpoint.values()) {
      Map<String, UrlRule> rules = own(each);
      if (!rules.isEmpty()) {
        out.append(
            "\n### %s `%s`\n\n"
                .formatted(String.join(", ", each.methods()), each.paths().getLast()));
        table(rules, out);
      }
    }
    return out.toString();
  }

  private static String meaning(Decision decision) {
    return switch (decision) {
      case PASS ->
          "It goes to the cluster as it is. Only names of indices and `_primary_term` are changed, there and back.";
      case REWRITE ->
          "It goes to the cluster, but the body, ids or the routing are changed first. The answer is changed back.";
      case HANDLED ->
          "The gateway does it itself. The cluster does not see it, or sees other requests.";
      case SWITCH -> "It is refused until the operator allows it.";
      case REFUSE -> "It is answered with an error that names it and says what to do instead.";
    };
  }

  private static void everyEndpoint(StringBuilder out) {
    out.append("\n### Every endpoint\n\n");
    table(UrlRules.of(Endpoint.INFO), out);
  }

  private static Map<String, UrlRule> own(Endpoint endpoint) {
    Map<String, UrlRule> rules = new TreeMap<>(UrlRules.of(endpoint));
    rules.keySet().removeAll(UrlRules.of(Endpoint.INFO).keySet());
    return rules;
  }

  /// One row for all parameters with one rule.
  private static void table(Map<String, UrlRule> rules, StringBuilder out) {
    Map<UrlRule, List<String>> rows = new LinkedHashMap<>();
    rules.forEach(
        (name, rule) -> rows.computeIfAbsent(rule, key -> new ArrayList<>()).add("`" + name + "`"));
    out.append(
        "| parameters | shared | own index | own cluster | values | why |\n|---|---|---|---|---|---|\n");
    rows.forEach(
        (rule, names) ->
            out.append(
                "| %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                        String.join(", ", names),
                        rule.shared().text(),
                        rule.index().text(),
                        rule.cluster().text(),
                        rule.value().allowed().isEmpty() ? "any" : rule.value().allowed(),
                        rule.why())));
  }
}
