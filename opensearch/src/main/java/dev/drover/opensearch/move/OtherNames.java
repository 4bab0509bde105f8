package dev.drover.opensearch.move;

import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Names by which clients may reach documents and that are no index: aliases and data streams. An
/// alias of the tenant's is called at the target as an index would be: under its own name it could
/// be another tenant's there.
final class OtherNames {
  private static final int NOT_FOUND = 404;
  private static final int NAMED_MAX = 5;

  private final Place from;
  private final Place to;
  private final Findings findings;

  OtherNames(Place from, Place to, Findings findings) {
    this.from = from;
    this.to = to;
    this.findings = findings;
  }

  /// What an alias of the source is called at the target.
  ///
  /// @return empty if it is none that clients can name, or has no name there
  static Optional<String> atTarget(Place from, Place to, String alias) {
    return called(from, alias).flatMap(name -> to.locator().atHome(name));
  }

  /// What clients call an alias or a data stream of a place.
  static Optional<String> called(Place at, String name) {
    return at.locator().called(name).filter(OtherNames::nameable);
  }

  /// Whether clients can ask for something of that name.
  static boolean nameable(String called) {
    try {
      String _ = Names.index(called);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// @param sources the tenant's indices, by the names that clients call them
  /// @param there what the target has of the tenant, by the same
  void check(SortedMap<String, IndexLook> sources, SortedMap<String, IndexLook> there)
      throws HomeFailure, InterruptedException {
    aliases(there);
    unseen(sources);
    streams(from, "source-streams", "would be left behind. Index them anew into usual indices");
    streams(to, "target-streams", "stands in the way. Delete it, or name another place");
    hidden();
    if (!to.shared()) {
      taken();
    }
  }

  // --- at the source

  private void aliases(SortedMap<String, IndexLook> there)
      throws HomeFailure, InterruptedException {
    for (Map.Entry<String, JsonNode> index : all(from).properties()) {
      for (Map.Entry<String, JsonNode> alias : index.getValue().path("aliases").properties()) {
        Optional<String> called = called(from, alias.getKey());
        if (called.isPresent()) {
          alias(called.get(), alias, index.getKey(), there);
        }
      }
    }
  }

  private void alias(
      String called,
      Map.Entry<String, JsonNode> alias,
      String index,
      SortedMap<String, IndexLook> there) {
    String name = "alias '%s' of %s".formatted(alias.getKey(), from.home());
    Optional<String> calledIndex = from.locator().called(index);
    if (calledIndex.isEmpty()) {
      findings.refuse(
          "source-aliases",
          "%s leads to index '%s', which is none of %s. What clients have there would be left behind. Delete the alias, or rename it"
              .formatted(name, index, from));
      return;
    }
    JsonNode how = alias.getValue();
    if (how.has("index_routing") || how.has("search_routing")) {
      findings.refuse(
          "source-aliases",
          "%s has a routing. Deletes by it could be missed while the tenant moves. Delete the alias, or make it anew without"
              .formatted(name));
      return;
    }
    Optional<String> target = to.locator().atHome(called);
    boolean kept =
        target.isPresent()
            && (!to.shared()
                || Optional.ofNullable(there.get(calledIndex.get()))
                    .filter(each -> each.aliases().has(target.get()))
                    .isPresent());
    if (!kept) {
      findings.refuse(
          "source-aliases",
          "clients can call index '%s' also '%s' (%s), and could not at %s. Delete the alias, %s"
              .formatted(
                  calledIndex.get(),
                  called,
                  name,
                  to,
                  to.shared() && target.isPresent()
                      ? "or make the alias '%s' there".formatted(target.get())
                      : "or name a place for several names, such as index:%s-*"
                          .formatted(from.tenant())));
    }
  }

  /// Aliases by which no client of the tenant can ask.
  private void unseen(SortedMap<String, IndexLook> sources) {
    TreeSet<String> names = new TreeSet<>();
    for (IndexLook index : sources.values()) {
      for (String alias : index.aliases().propertyNames()) {
        if (!alias.startsWith(Names.OWN) && called(from, alias).isEmpty()) {
          names.add(alias);
        }
      }
    }
    if (!names.isEmpty()) {
      findings.warn(
          "source-aliases",
          "these aliases are not taken along, for clients of a gateway cannot name them: %s"
              .formatted(some(List.copyOf(names))));
    }
  }

  /// What clients cannot name stays where it is.
  private void hidden() throws HomeFailure, InterruptedException {
    if (from.locator().kind() != Locator.Kind.CLUSTER) {
      return;
    }
    List<String> names = new ArrayList<>();
    from.client()
        .get("/_cat/indices/.*?format=json&h=index&expand_wildcards=all")
        .forEach(each -> names.add(each.path("index").asString()));
    names.removeIf(each -> !each.startsWith("."));
    if (!names.isEmpty()) {
      findings.warn(
          "source-hidden",
          "%d indices of %s begin with '.' and stay there: %s"
              .formatted(names.size(), from.home(), some(names)));
    }
  }

  private static String some(List<String> names) {
    List<String> first = names.subList(0, Math.min(names.size(), NAMED_MAX));
    return String.join(", ", first) + (names.size() > NAMED_MAX ? ", …" : "");
  }

  // --- at both

  private void streams(Place at, String check, String means)
      throws HomeFailure, InterruptedException {
    Answer answer =
        at.client()
            .ask(
                "GET", "/_data_stream/" + HomeClient.escaped(at.locator().physical()), new byte[0]);
    if (answer.status() == NOT_FOUND) {
      return;
    }
    if (!answer.ok()) {
      throw answer.failure();
    }
    for (JsonNode each : answer.json().path("data_streams")) {
      String name = each.path("name").asString();
      if (called(at, name).isPresent()) {
        findings.refuse(
            check,
            "%s has the data stream '%s'. Data streams do not move: it %s"
                .formatted(at.home(), name, means));
      }
    }
  }

  /// Every index with the aliases that are called as the place's indices are.
  private static JsonNode all(Place at) throws HomeFailure, InterruptedException {
    Answer answer =
        at.client()
            .ask("GET", "/_alias/" + HomeClient.escaped(at.locator().physical()), new byte[0]);
    if (!answer.ok() && answer.status() != NOT_FOUND) {
      throw answer.failure();
    }
    JsonNode all = answer.json();
    // One that names no alias.
    return answer.ok() ? all : all.path("none");
  }

  // --- at the target

  /// Names that are taken there by an index of somebody else.
  private void taken() throws HomeFailure, InterruptedException {
    for (Map.Entry<String, JsonNode> index : all(to).properties()) {
      if (to.locator().called(index.getKey()).isPresent()) {
        continue;
      }
      for (String alias : index.getValue().path("aliases").propertyNames()) {
        if (called(to, alias).isPresent()) {
          findings.refuse(
              "target-aliases",
              "alias '%s' of %s leads to index '%s', which is none of %s. The tenant's clients would reach it. Delete the alias, or name another place"
                  .formatted(alias, to.home(), index.getKey(), to));
        }
      }
    }
  }
}
