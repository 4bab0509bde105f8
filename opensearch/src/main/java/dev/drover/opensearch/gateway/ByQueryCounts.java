package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a by-query request has done so far, as OpenSearch tells it.
final class ByQueryCounts {
  private static final int UNAVAILABLE = 503;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int FAILURES_MAX = 100;

  private final boolean update;
  private final List<ObjectNode> failures = new ArrayList<>();
  private long total = -1;
  private long updated;
  private long deleted;
  private long noops;
  private long conflicts;
  private long batches;
  private int status = 200;

  ByQueryCounts(boolean update) {
    this.update = update;
  }

  /// How many the query matches.
  void total(long matches) {
    total = total < 0 ? matches : Math.max(total, done());
  }

  long done() {
    return updated + deleted + noops + conflicts + failures.size();
  }

  /// @param items of a bulk's answer, as clients are shown them
  /// @param proceed whether conflicts do not end it
  /// @return whether it goes on
  boolean batch(JsonNode items, boolean proceed) {
    batches++;
    for (JsonNode each : items) {
      JsonNode item = each.values().iterator().next();
      int of = item.path("status").asInt();
      switch (item.path("result").asString("")) {
        case "updated", "created" -> updated++;
        case "deleted" -> deleted++;
        case "noop" -> noops++;
        default -> {
          if (of == CONFLICT || of == NOT_FOUND) {
            conflicts++;
            if (!proceed) {
              failure(item, of);
            }
          } else {
            failure(item, of);
          }
        }
      }
    }
    return failures.isEmpty();
  }

  private void failure(JsonNode item, int of) {
    status = Math.max(status, of);
    if (failures.size() < FAILURES_MAX) {
      ObjectNode failure = JsonMapper.shared().createObjectNode();
      failure.set("index", item.path("_index"));
      failure.set("id", item.path("_id"));
      failure.set("cause", item.path("error"));
      failure.put("status", of);
      failures.add(failure);
    }
  }

  int status() {
    return status;
  }

  ObjectNode told(long tookMillis) {
    ObjectNode out = JsonMapper.shared().createObjectNode();
    out.put("took", tookMillis);
    out.put("timed_out", false);
    out.put("total", Math.max(total, 0));
    if (update) {
      out.put("updated", updated);
    }
    out.put("deleted", deleted);
    out.put("batches", batches);
    out.put("version_conflicts", conflicts);
    out.put("noops", noops);
    out.putObject("retries").put("bulk", 0).put("search", 0);
    out.put("throttled_millis", 0);
    out.put("requests_per_second", -1.0);
    out.put("throttled_until_millis", 0);
    ArrayNode all = out.putArray("failures");
    failures.forEach(all::add);
    return out;
  }

  /// As a clause, for one that has ended early.
  String soFar() {
    return "%d updated, %d deleted, %d conflicts by then".formatted(updated, deleted, conflicts);
  }

  /// What a page of documents leaves out would stay as it is, and nobody would know.
  ///
  /// @throws Refused if not every shard has answered
  void checkWhole(JsonNode answer) throws Refused {
    boolean whole =
        !answer.path("timed_out").asBoolean() && answer.path("_shards").path("failed").asInt() == 0;
    if (!whole) {
      throw endedEarly("not every shard of the index has answered");
    }
  }

  /// The index is an alias by which a document was found that is none of the tenant's.
  Refused outside(String index) {
    String why =
        "index [%s] is an alias, and leads to indices that are not the tenant's".formatted(index);
    return done() == 0 ? Refused.isolation(why) : endedEarly(why);
  }

  /// It ends before it has done all. Only if nothing was done may it be sent again unread.
  Refused endedEarly(String why) {
    return done() == 0
        ? new Refused(UNAVAILABLE, Refused.RETRY, why + "; nothing was done, send it again")
        : new Refused(UNAVAILABLE, Refused.UNKNOWN, why + "; " + soFar() + ", and not all is done");
  }
}
