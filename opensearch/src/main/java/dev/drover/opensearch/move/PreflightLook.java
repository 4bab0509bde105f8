package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;

/// Looks at both homes before a move, and changes neither.
final class PreflightLook {
  private static final int MAJOR_MIN = 2;
  private static final int MINOR_MIN = 11;

  private final MoverTask task;
  private final Place from;
  private final Place to;
  private final Findings findings = new Findings();

  PreflightLook(MoverTask task, HomeClient from, HomeClient to) {
    this.task = task;
    this.from = Place.of(from, task.partition().name(), task.from());
    this.to = Place.of(to, task.partition().name(), task.to());
  }

  Preflight look() throws HomeFailure, MoverException, InterruptedException {
    if (task.options().takeover()) {
      findings.refuse(
          "takeover",
          "a tenant of OpenSearch cannot go on without what its home holds. Bring the home back");
      return findings.preflight(-1, -1);
    }
    versions();
    SortedMap<String, IndexLook> sources = from.indices();
    Collection<IndexLook> all = sources.values();
    names(sources);
    SourceChecks source = new SourceChecks(from, to, findings);
    for (IndexLook index : all) {
      source.check(index);
    }
    new TargetChecks(task, from, to, findings).check(sources);
    List<String> open = all.stream().filter(SourceChecks::readable).map(IndexLook::name).toList();
    if (findings.refused() && open.size() < all.size()) {
      return findings.preflight(-1, -1);
    }
    source.documents(open);
    long items = Counts.of(from, open);
    findings.ok("source-documents", "%s holds %,d documents".formatted(from, items));
    return findings.preflight(items, bytes(open, items));
  }

  private void versions() throws HomeFailure, InterruptedException {
    int[] old = version(from);
    int[] young = version(to);
    if (young[0] < old[0]) {
      findings.refuse(
          "version",
          "%s runs OpenSearch %d and %s runs %d. An older major version may not take what a newer one holds. Name a target of version %d or later"
              .formatted(from.home(), old[0], to.home(), young[0], old[0]));
    } else {
      findings.ok("version", "OpenSearch %d to %d".formatted(old[0], young[0]));
    }
  }

  private int[] version(Place at) throws HomeFailure, InterruptedException {
    JsonNode said = at.client().get("/").path("version");
    String[] parts = said.path("number").asString("0.0").split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    boolean known =
        said.path("distribution").asString("").equals("opensearch")
            && (major > MAJOR_MIN || (major == MAJOR_MIN && minor >= MINOR_MIN));
    if (!known) {
      findings.refuse(
          "version",
          "%s is '%s' %s. Moves need OpenSearch %d.%d or later"
              .formatted(
                  at.home(),
                  said.path("distribution").asString("no OpenSearch"),
                  said.path("number").asString(""),
                  MAJOR_MIN,
                  MINOR_MIN));
    }
    return new int[] {major, minor};
  }

  private void names(SortedMap<String, IndexLook> sources) {
    if (sources.isEmpty()) {
      findings.refuse(
          "source-indices",
          "%s has no index of tenant '%s', so there is nothing to move. Look for a wrong name in the tenant's place. An alias is no index: name the index that it leads to"
              .formatted(from, from.tenant()));
      return;
    }
    findings.ok("source-indices", String.join(", ", sources.keySet()));
    for (Map.Entry<String, IndexLook> each : sources.entrySet()) {
      if (!OtherNames.nameable(each.getKey())) {
        findings.refuse(
            "names",
            "clients cannot call index '%s' of %s by a name: it would be '%s'. Rename it, or delete it"
                .formatted(each.getValue().name(), from.home(), each.getKey()));
      }
      if (to.locator().atHome(each.getKey()).isEmpty()) {
        findings.refuse(
            "names",
            "%s has one index, and tenant '%s' has an index '%s' that is not it. Name a place for several, such as index:%s-*"
                .formatted(to, from.tenant(), each.getKey(), from.tenant()));
      }
    }
    int length = 64;
    for (IndexLook each : sources.values()) {
      // Twenty digits of a number, six of a history, and what stands between them.
      length += each.name().length() + 64 + each.shards() * 32;
    }
    if (length > dev.drover.core.EngineState.BYTES_MAX) {
      findings.refuse(
          "shards",
          "tenant '%s' has %d indices with too many shards in all: how far each is copied does not fit into the move's record. Shrink indices, or delete old ones"
              .formatted(from.tenant(), sources.size()));
    }
  }

  /// From what the indices take on disk, for the tenant's part of them.
  private long bytes(List<String> indices, long items) throws HomeFailure, InterruptedException {
    if (indices.isEmpty()) {
      return 0;
    }
    JsonNode all =
        from.client()
            .get("/%s/_stats/docs,store".formatted(Place.names(indices)))
            .path("_all")
            .path("primaries");
    double bytes = all.path("store").path("size_in_bytes").asDouble(0);
    double count = all.path("docs").path("count").asDouble(0);
    return count == 0 ? 0 : (long) (bytes * Math.min(1, items / count));
  }
}
