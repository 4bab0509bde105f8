package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the documents of one shard in the order of their last changes, page by page. Used by one
/// thread at a time.
///
/// What is there is read in one view of the shard. A view that has expired is opened anew where
/// reading has come to: what has changed meanwhile stands further on then, so it is read twice or
/// later, never missed.
final class ShardReader {
  private static final int FIRST_ITEMS = 16;
  private static final int WINDOW_OF_PAGES = 4;
  private static final String VIEW_GONE = "search_context_missing_exception";

  private final HomeClient client;
  private final Range range;
  private final OpenSearchMoverOptions options;
  private long at;
  private long window;
  private int items;
  private @Nullable String view;
  private boolean looked;
  private boolean reopened;

  /// What to read.
  ///
  /// @param only which documents; empty for all
  /// @param after the `_seq_no` after which
  /// @param upTo the last one
  /// @param sources whether with their sources
  record Range(
      String index, int shard, Optional<Only> only, long after, long upTo, boolean sources) {}

  /// Documents with this value in a field.
  record Only(String field, String value) {}

  ShardReader(HomeClient client, Range range, OpenSearchMoverOptions options) {
    this.client = client;
    this.range = range;
    this.options = options;
    this.at = range.after();
    this.items =
        range.sources() ? Math.min(FIRST_ITEMS, options.pageItemsMax()) : options.pageItemsMax();
  }

  /// All up to here has been read.
  long at() {
    return at;
  }

  /// Whether a view has expired since this was asked last. What was read before may stand in later
  /// pages again, as it is now: so it has to be written first.
  boolean reopened() {
    boolean was = reopened;
    reopened = false;
    return was;
  }

  boolean done() {
    return at >= range.upTo();
  }

  /// The next documents; may be none before all is [#done].
  List<Doc> next() throws HomeFailure, InterruptedException {
    while (true) {
      // A first page that holds all needs no view: one search sees one state.
      boolean single = !looked;
      long end =
          single || window == 0 || at + window < 0
              ? range.upTo()
              : Math.min(range.upTo(), at + window);
      if (!single && view == null) {
        view = opened();
      }
      Answer answer;
      try {
        answer = client.ask("POST", path(), query(end).getBytes(StandardCharsets.UTF_8));
      } catch (HomeFailure e) {
        if (!e.tooLong() || items == 1) {
          throw e;
        }
        items = Math.max(1, items / 4);
        continue;
      }
      if (answer.ok()) {
        looked = true;
        return taken(new DocReader(client.home(), answer.bytes()).hits(), end);
      }
      HomeFailure failure = answer.failure();
      if (view != null && gone(answer)) {
        view = null;
        reopened = true;
      } else if (items > 1 && failure.type().equals("circuit_breaking_exception")) {
        items = Math.max(1, items / 4);
      } else {
        throw failure;
      }
    }
  }

  private static boolean gone(Answer answer) {
    return answer.status() == 404
        && new String(answer.bytes(), StandardCharsets.UTF_8).contains(VIEW_GONE);
  }

  private List<Doc> taken(List<Doc> docs, long end) {
    boolean full = docs.size() >= items;
    at = full ? docs.getLast().seqNo() : end;
    if (window == 0 || docs.size() < items / 2) {
      window = Math.max((long) items * WINDOW_OF_PAGES, window * 2);
    }
    if (range.sources() && !docs.isEmpty()) {
      long bytes = docs.stream().mapToLong(Doc::bytes).sum();
      long fit = options.pageBytes() / Math.max(1, bytes / docs.size());
      // A page may hold documents that are larger than those before, so it grows slowly.
      items = (int) Math.clamp(fit, 1, Math.min(options.pageItemsMax(), 8L * items));
    }
    return docs;
  }

  private String preference() {
    return HomeClient.escaped("_shards:" + range.shard() + "|_primary");
  }

  private String opened() throws HomeFailure, InterruptedException {
    return client
        .call(
            "POST",
            "/%s/_search/point_in_time?keep_alive=%dms&preference=%s"
                .formatted(
                    HomeClient.escaped(range.index()),
                    options.times().pitMax().toMillis(),
                    preference()),
            "")
        .path("pit_id")
        .asString();
  }

  private String path() {
    return view == null
        ? "/%s/_search?search_pipeline=_none&allow_partial_search_results=false&preference=%s"
            .formatted(HomeClient.escaped(range.index()), preference())
        : "/_search?search_pipeline=_none&allow_partial_search_results=false";
  }

  private String query(long end) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    query.put("size", items).put("version", true).put("seq_no_primary_term", true);
    query.put("track_total_hits", false).put("_source", range.sources());
    query.putArray("sort").add("_seq_no");
    ArrayNode filter = query.putObject("query").putObject("bool").putArray("filter");
    filter.addObject().putObject("range").putObject("_seq_no").put("gt", at).put("lte", end);
    range
        .only()
        .ifPresent(only -> filter.addObject().putObject("term").put(only.field(), only.value()));
    if (view != null) {
      query
          .putObject("pit")
          .put("id", view)
          .put("keep_alive", options.times().pitMax().toMillis() + "ms");
    }
    return query.toString();
  }

  /// Gives the view back to the home; if that fails, it expires there.
  void release() throws HomeFailure, InterruptedException {
    String open = view;
    view = null;
    if (open != null) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.putArray("pit_id").add(open);
      Answer _ =
          client.ask(
              "DELETE", "/_search/point_in_time", body.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
