package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;

/// What speaks against putting a tenant's documents where they shall go.
final class TargetChecks {
  /// An index that takes no documents with ids.
  static final String APPEND_ONLY = "index.append_only.enabled";

  private final MoverTask task;
  private final Place from;
  private final Place to;
  private final Findings findings;

  TargetChecks(MoverTask task, Place from, Place to, Findings findings) {
    this.task = task;
    this.from = from;
    this.to = to;
    this.findings = findings;
  }

  void check(SortedMap<String, IndexLook> sources) throws HomeFailure, InterruptedException {
    Optional<String> misnamed = to.documents().misnamed();
    if (misnamed.isPresent()) {
      findings.refuse("tenant-name", misnamed.get());
      return;
    }
    SortedMap<String, IndexLook> there = to.indices();
    if (to.home().equals(from.home()) && meet(sources)) {
      findings.refuse(
          "target-apart",
          "an index of %s would be one of %s. Name a place with other indices".formatted(to, from));
      return;
    }
    empty(there);
    new OtherNames(from, to, findings).check(sources, there);
    if (to.shared()) {
      shared(sources, there);
    } else {
      own(sources);
    }
  }

  private boolean meet(SortedMap<String, IndexLook> sources) {
    return sources.entrySet().stream()
        .anyMatch(
            each ->
                to.locator()
                    .atHome(each.getKey())
                    .filter(target -> from.locator().called(target).isPresent())
                    .isPresent());
  }

  private void empty(SortedMap<String, IndexLook> there) throws HomeFailure, InterruptedException {
    StringBuilder standing = new StringBuilder();
    for (IndexLook index : there.values()) {
      if (index.closed()) {
        standing.append(" '").append(index.name()).append("' (closed)");
      } else if (to.shared()) {
        long documents = Counts.of(to, java.util.List.of(index.name()));
        if (documents > 0) {
          standing.append(" %,d documents in '%s'".formatted(documents, index.name()));
        }
      } else if (!Targets.leftover(to, index)) {
        standing.append(" '").append(index.name()).append("'");
      }
    }
    if (standing.isEmpty()) {
      findings.ok("target-empty", "%s holds nothing of the tenant".formatted(to));
    } else if (task.options().overwrite()) {
      findings.warn("target-empty", "what %s holds is deleted:%s".formatted(to, standing));
    } else {
      findings.refuse(
          "target-empty",
          "%s holds something of the tenant already:%s. Delete it, or begin again with --overwrite"
              .formatted(to, standing));
    }
  }

  /// Whether the target would make the tenant's indices otherwise than they are.
  private void own(SortedMap<String, IndexLook> sources) throws HomeFailure, InterruptedException {
    for (String called : sources.keySet()) {
      Optional<String> target = to.locator().atHome(called);
      if (target.isEmpty()) {
        continue;
      }
      JsonNode template =
          to.client()
              .call(
                  "POST",
                  "/_index_template/_simulate_index/" + HomeClient.escaped(target.get()),
                  "")
              .path("template");
      JsonNode index = template.path("settings").path("index");
      if (index.has("final_pipeline")) {
        findings.refuse(
            "target-pipeline",
            "a template of %s gives index '%s' the final pipeline '%s', which would change each document while it is copied. Take it out of the template until the move is complete"
                .formatted(to.home(), target.get(), index.path("final_pipeline").asString("")));
      }
      if (index.has("default_pipeline")) {
        findings.warn(
            "target-pipeline",
            "a template of %s gives index '%s' the pipeline '%s'. The copy passes it by; what clients write after the move goes through it"
                .formatted(to.home(), target.get(), index.path("default_pipeline").asString("")));
      }
      if (!template.path("mappings").isEmpty()) {
        findings.warn(
            "target-template",
            "a template of %s adds mappings to index '%s'. The index will have them beside the tenant's own"
                .formatted(to.home(), target.get()));
      }
    }
  }

  private void shared(SortedMap<String, IndexLook> sources, SortedMap<String, IndexLook> there) {
    for (Map.Entry<String, IndexLook> each : sources.entrySet()) {
      Optional<String> target = to.locator().atHome(each.getKey());
      if (target.isEmpty()) {
        continue;
      }
      IndexLook index = there.get(each.getKey());
      if (index == null) {
        findings.refuse(
            "target-index",
            "%s has no index '%s'. An index that tenants share has to be there before a tenant comes: make it"
                .formatted(to.home(), target.get()));
      } else {
        taking(each.getValue(), index);
      }
    }
  }

  /// The tenant's name has to be found in that field as it is, and nothing else by it.
  private void ownField(IndexLook target, String name) {
    Optional<String> own = to.locator().field();
    if (own.isEmpty()) {
      return;
    }
    JsonNode field = target.mappings().path("properties").path(own.get());
    boolean exact =
        field.path("type").asString("").equals("keyword")
            && field.path("index").asBoolean(true)
            && !field.has("normalizer")
            && field.path("ignore_above").asInt(Names.TENANT_CHARS_MAX) >= Names.TENANT_CHARS_MAX;
    if (!exact) {
      findings.refuse(
          "target-field",
          "%s has to keep the tenant's name in field '%s', and that is not mapped as {\"type\":\"keyword\"} there. Map it so"
              .formatted(name, own.get()));
    }
  }

  private void taking(IndexLook source, IndexLook target) {
    String name = "index '%s' of %s".formatted(target.name(), to.home());
    if (!target.blocks().isEmpty()) {
      findings.refuse(
          "target-blocks",
          "%s has %s set, so nothing can be written. Lift that first"
              .formatted(name, String.join(", ", target.blocks())));
    }
    if (target.setting(APPEND_ONLY).equals("true")) {
      findings.refuse(
          "target-append-only",
          "%s only takes new documents without ids (%s). Name another place"
              .formatted(name, APPEND_ONLY));
    }
    if (!target.setting("index.default_pipeline").isEmpty()) {
      findings.warn(
          "target-pipeline",
          "%s has the pipeline '%s'. The copy passes it by; what clients write after the move goes through it"
              .formatted(name, target.setting("index.default_pipeline")));
    }
    if (!target.setting("index.final_pipeline").isEmpty()) {
      findings.refuse(
          "target-pipeline",
          "%s has the final pipeline '%s', which would change each document while it is copied. Take it away until the move is complete"
              .formatted(name, target.setting("index.final_pipeline")));
    }
    JsonNode kept = target.mappings().path("_source");
    if (kept.path("enabled").asString("true").equals("false")
        || !kept.path("includes").isEmpty()
        || !kept.path("excludes").isEmpty()
        || target.setting("index.derived_source.enabled").equals("true")) {
      findings.refuse(
          "target-whole",
          name + " does not keep documents as they are written. Name another place");
    }
    ownField(target, name);
    JsonNode mine = from.mappings(source);
    MappingFit.conflicts(mine, source, target)
        .forEach(
            conflict ->
                findings.refuse(
                    "mapping",
                    "%s: %s. Change one of the two mappings, or move the tenant to indices of its own"
                        .formatted(name, conflict)));
    int limit =
        target.setting("index.mapping.total_fields.limit").isEmpty()
            ? MappingFit.FIELDS_MAX
            : Integer.parseInt(target.setting("index.mapping.total_fields.limit"));
    int fields = MappingFit.together(mine, target.mappings());
    if (fields > limit) {
      findings.refuse(
          "mapping-fields",
          "%s may have %d fields, and would have about %d with the tenant's. Raise index.mapping.total_fields.limit, or move the tenant to indices of its own"
              .formatted(name, limit, fields));
    }
    if (!Objects.equals(source.setting("index.sort.field"), target.setting("index.sort.field"))) {
      findings.ok("index-sort", name + " is sorted otherwise; that changes no answer");
    }
  }
}
