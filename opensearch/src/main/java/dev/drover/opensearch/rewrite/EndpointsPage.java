package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
    bodies(out);
    return out.toString();
  }

  private static void bodies(StringBuilder out) {
    out.append(
        """

        ## Bodies

        At a cluster of its own, a tenant's bodies go to the cluster as they are. Elsewhere each key, each type of query and each type of aggregation is looked up in a list. What is not in the list is refused with its name and where it stands.

        Types of queries: %s.

        Types of aggregations: %s.

        At a shared index:

        - Every query is put into a `bool` query with the tenant's filter. Scores stay what they were.
        - Ids in `ids`, `term`, `terms` and `match` queries are changed to what the documents are called there.
        - A document that a query reads first (a `terms` lookup, `more_like_this`, `indexed_shape`) has to be the tenant's.
        - The background of `significant_terms` and `significant_text` is the tenant's documents. Inside other aggregations both are refused.
        - These are refused: %s; suggesters; `explain` and `profile`; `min_doc_count` 0; aggregations, sorting and fields of `_id`, `_index` and `_routing`; stored scripts; scripts that choose documents; and other scripts in searches until the operator allows them.
        - The filter also goes into the query of `function_score` and `script_score`, because a cluster computes scores for documents that another filter would leave out, and an error would tell of them.

        Where a field of each document keeps tenants apart (`shared:all-*:tenant`):

        - The gateway puts the field into each document that is written, and shows documents without it. A document that has it already is refused, and so is one with a comment in it or in another encoding than UTF-8.
        - Scripts that change documents are refused, in updates and in `_update_by_query`.
        - The field cannot be asked for. A full-text query has to name its `fields`, and no pattern may match it: so `*` is refused.
        - A compressed document has at most 128 KB, compressed.

        What a tenant of a shared index can still find out about the others: how often a word stands in all documents, from scores, and from queries that are expanded to words of the index (`fuzzy`, `match_phrase_prefix`, `intervals`); how many documents and writes there are, from `_seq_no` and from sorting by `_doc` or `_shard_doc`; and how busy the cluster is. If that is too much, give the tenant an index of its own.
        """
            .formatted(
                names(without(QueryTypes.ALL.keySet(), "percolate", "template"), "wrapper"),
                names(without(AggregationTypes.ALL.keySet(), "top_metrics")),
                names(
                    Set.of("percolate", "template", "has_child", "has_parent", "parent_id"),
                    "global",
                    "children",
                    "parent",
                    "scripted_metric")));
  }

  private static Set<String> without(Set<String> all, String... refused) {
    TreeSet<String> rest = new TreeSet<>(all);
    rest.removeAll(List.of(refused));
    return rest;
  }

  private static String names(Set<String> some, String... more) {
    TreeSet<String> all = new TreeSet<>(some);
    all.addAll(List.of(more));
    return all.stream().map(each -> "`" + each + "`").collect(Collectors.joining(", "));
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
