package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.answer.BadAnswer;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.rewrite.ByQueryBody;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.RequestView;
import dev.drover.opensearch.rewrite.UpdateScript;
import dev.drover.opensearch.rewrite.UrlQuery;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `_delete_by_query` and `_update_by_query`, run by the gateway as a scroll and bulks: so each
/// document that is written is known, each bulk has its pass, and the tenant can move meanwhile. A
/// document that has changed since it was found is a conflict, as at a cluster. If the tenant has
/// moved, what is left is searched for again at its new home. Owned by one event loop.
final class ByQuery implements Plan.Running {
  private static final int PAGE = 1_000;
  private static final int PAGE_MAX = 10_000;

  private static final int OK = 200;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;

  /// Updated documents that are remembered, so that none is updated again after a move.
  private static final int REMEMBERED_MAX = 500_000;

  private final Lane lane;
  private final Plan.To of;
  private final Asked asked;
  private final Optional<String> index;
  private final boolean update;
  private final byte[] body;
  private final Plan.WorkAnswer to;
  private final ByQueryCounts counts;
  private final MadeForm form;
  private final Set<String> remembered = new HashSet<>();
  private final long sinceNanos;
  private @Nullable Collector current;
  private @Nullable Placement foundAt;
  private @Nullable ByQueryBody parsed;
  private String scroll = "";
  private List<FoundDocument> page = List.of();
  private boolean away;
  private boolean over;

  private ByQuery(
      Lane lane,
      Plan.To of,
      Asked asked,
      Optional<String> index,
      boolean update,
      byte[] body,
      Plan.WorkAnswer to)
      throws Refused {
    this.lane = lane;
    this.of = of;
    this.asked = asked;
    this.index = index;
    this.update = update;
    this.body = body;
    this.to = to;
    this.counts = new ByQueryCounts(update);
    this.form = MadeForm.of(asked.parameters());
    this.sinceNanos = lane.loop().nanos();
  }

  static Plan.Work plan(Plan.To of, Asked asked, Optional<String> index, boolean update) {
    return new Plan.Work(
        asked.serving().options().limits().walkedBytesMax(),
        (lane, body, to) -> {
          byte[] bytes =
              Inflated.of(
                  body,
                  asked.sent().contentEncoding(),
                  asked.serving().options().limits().walkedBytesMax());
          ByQuery work = new ByQuery(lane, of, asked, index, update, bytes, to);
          work.search();
          return work;
        });
  }

  private interface Step {
    Plan.Whole at(Placement home) throws Refused;
  }

  private interface Then {
    void on(Placement from, JsonNode answer) throws Refused;
  }

  private void step(boolean write, Step what, Then then) {
    step(write, what, new Answered(then, false));
  }

  private void step(boolean write, Step what, Answered answered) {
    Plan.Target target =
        new Plan.Target() {
          @Override
          public Plan.Whole whole(Placement home, ByteBuf none) throws Refused {
            return what.at(home);
          }

          @Override
          public Plan.Streamed streamed(Placement home, ByteBuf begun) {
            throw new IllegalStateException("a step is sent as a whole");
          }

          @Override
          public Optional<AnswerRewriter> answer(Placement home, int status) {
            return Optional.empty();
          }
        };
    String name = update ? "update_by_query" : "delete_by_query";
    Collector collector = new Collector(lane, to.address(), answered);
    current = collector;
    collector.send(new Plan.Forward(of, write, 0, false, target, name, ""));
  }

  private final class Answered implements Collector.Done {
    private final Then then;
    private final boolean anyhow;

    /// @param anyhow whether it goes on although the home has answered with an error
    Answered(Then then, boolean anyhow) {
      this.then = then;
      this.anyhow = anyhow;
    }

    @Override
    public void answered(Placement from, int status, ByteBuf bytes) {
      if (over) {
        return;
      }
      if (status != OK && !anyhow) {
        fail(status, ByteBufUtil.getBytes(bytes), from);
        return;
      }
      try {
        then.on(from, JsonMapper.shared().readTree(ByteBufUtil.getBytes(bytes)));
      } catch (Refused e) {
        refused(e);
      }
    }

    @Override
    public void refused(Refused why) {
      if (over) {
        return;
      }
      if (away) {
        away = false;
        moved();
      } else {
        end(AnswerHead.json(why.status()), why.body());
      }
    }

    @Override
    public void failed(String why, boolean unknown) {
      if (!over) {
        String told =
            "%s; %s%s"
                .formatted(
                    why,
                    counts.soFar(),
                    unknown ? ", and the last batch may or may not have been done" : "");
        end(AnswerHead.json(UNAVAILABLE), Refused.body(UNAVAILABLE, Refused.UNKNOWN, told));
      }
    }
  }

  private ByQueryBody parse(Documents documents, Map<String, String> parameters) throws Refused {
    RequestView view = RequestView.of(documents, index, asked.serving().options().switches());
    return ByQueryBody.of(body, view, update, UrlQuery.of(parameters));
  }

  /// For the home where it was searched for last.
  private ByQueryBody parsed() {
    return Objects.requireNonNull(parsed);
  }

  private void search() {
    step(
        false,
        home -> {
          Documents documents = asked.at(home);
          Map<String, String> parameters = asked.parameters(documents, false);
          ByQueryBody parts = parse(documents, parameters);
          parsed = parts;
          ObjectNode search = JsonMapper.shared().createObjectNode();
          search.set("query", JsonMapper.shared().readTree(parts.query()));
          parts.slice().ifPresent(s -> search.set("slice", JsonMapper.shared().readTree(s)));
          search.put("size", pageSize(parameters));
          search.put("_source", false);
          search.put("seq_no_primary_term", true);
          search.putArray("sort").add("_doc");
          Map<String, String> sent = new LinkedHashMap<>();
          sent.put("scroll", lane.serving().options().limits().ownScroll());
          sent.put("allow_partial_search_results", "false");
          for (String each : List.of("preference", "routing", "request_cache")) {
            if (parameters.containsKey(each)) {
              sent.put(each, parameters.get(each));
            }
          }
          Asked.route(documents, sent);
          return json(
              "POST",
              List.of(Asked.index(documents, index.orElseThrow()), "_search"),
              sent,
              search);
        },
        this::found);
  }

  private static int pageSize(Map<String, String> parameters) throws Refused {
    int size = (int) UrlNumber.of(parameters, "scroll_size").orElse((long) PAGE).longValue();
    if (size < 1 || size > PAGE_MAX) {
      throw Refused.argument("the parameter [scroll_size] lies between 1 and " + PAGE_MAX);
    }
    return size;
  }

  private Plan.Whole json(
      String method, List<String> path, Map<String, String> parameters, ObjectNode body) {
    byte[] bytes = JsonMapper.shared().writeValueAsBytes(body);
    return new Plan.Whole(
        asked.sent().made(method, Asked.target(path, parameters), bytes.length),
        Unpooled.wrappedBuffer(bytes));
  }

  private void found(Placement from, JsonNode answer) throws Refused {
    foundAt = from;
    scroll = answer.path("_scroll_id").asString("");
    counts.checkWhole(answer);
    JsonNode hits = answer.path("hits");
    counts.total(hits.path("total").path("value").asLong());
    List<FoundDocument> all = new ArrayList<>();
    long left = most() - counts.done();
    Locator at = asked.serving().documents(asked.tenant(), from).locator();
    for (JsonNode hit : hits.path("hits")) {
      FoundDocument each = FoundDocument.of(hit);
      if (at.shown(each.index()).isEmpty()) {
        throw counts.outside(index.orElseThrow());
      }
      if (all.size() < left && !remembered.contains(each.id())) {
        all.add(each);
      }
    }
    page = all;
    if (hits.path("hits").isEmpty() || left <= 0) {
      done();
    } else if (all.isEmpty()) {
      next();
    } else {
      write();
    }
  }

  private long most() throws Refused {
    Optional<Long> ofUrl = UrlNumber.of(asked.parameters(), "max_docs");
    return ofUrl.isPresent() ? ofUrl.get() : parsed().maxDocs().orElse(Long.MAX_VALUE);
  }

  private void write() {
    List<FoundDocument> documents = page;
    step(
        true,
        home -> {
          if (!home.equals(foundAt)) {
            throw away();
          }
          Map<String, String> parameters = asked.parameters(asked.at(home), false);
          byte[] script =
              parsed()
                  .script()
                  .map(each -> concat("{\"script\":", each, "}\n"))
                  .orElse("{\"doc\":{},\"detect_noop\":false}\n".getBytes(StandardCharsets.UTF_8));
          ByteBuf bulk = lane.alloc().buffer();
          List<BulkBody.Deletable> deletable = new ArrayList<>();
          boolean deletes = !update || UpdateScript.mayDelete(script);
          for (FoundDocument each : documents) {
            bulk.writeCharSequence(each.line(update), StandardCharsets.UTF_8);
            if (update) {
              bulk.writeBytes(script);
            }
            if (deletes) {
              deletable.add(each.deletable());
            }
          }
          Map<String, String> sent = new LinkedHashMap<>();
          for (String each : List.of("wait_for_active_shards", "timeout")) {
            if (parameters.containsKey(each)) {
              sent.put(each, parameters.get(each));
            }
          }
          return new Plan.Whole(
              asked.sent().made("POST", Asked.target(List.of("_bulk"), sent), bulk.readableBytes()),
              bulk,
              deletable);
        },
        (_, answer) -> written(answer));
  }

  /// The tenant is not where the documents were found.
  private Refused away() {
    away = true;
    return Refused.argument("the tenant has moved");
  }

  private static byte[] concat(String before, byte[] middle, String after) {
    return (before + new String(middle, StandardCharsets.UTF_8) + after)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void written(JsonNode answer) throws Refused {
    if (update && remembered.size() < REMEMBERED_MAX) {
      page.forEach(each -> remembered.add(each.id()));
    }
    if (counts.batch(shown(answer.path("items")), proceeds())) {
      next();
    } else {
      done();
    }
  }

  /// The items in the client's names.
  private JsonNode shown(JsonNode items) {
    Placement at = foundAt;
    if (at == null) {
      return items;
    }
    Documents documents = asked.serving().documents(asked.tenant(), at);
    for (JsonNode each : items) {
      ObjectNode item = (ObjectNode) each.values().iterator().next();
      String index = item.path("_index").asString();
      String id = item.path("_id").asString();
      item.put("_index", documents.locator().called(index).orElse(index));
      item.put("_id", documents.called(id).orElse(id));
      if (item.path("error") instanceof ObjectNode error) {
        error.remove(List.of("index", "index_uuid", "shard"));
        error.put("reason", "the document has changed since it was found, or cannot be written");
      }
    }
    return items;
  }

  private boolean proceeds() {
    String ofUrl = asked.parameters().getOrDefault("conflicts", "");
    return parsed().proceedOnConflicts().orElse(ofUrl.equals("proceed"));
  }

  private void next() {
    step(
        false,
        home -> {
          if (!home.equals(foundAt)) {
            throw away();
          }
          ObjectNode more = JsonMapper.shared().createObjectNode();
          more.put("scroll", lane.serving().options().limits().ownScroll());
          more.put("scroll_id", scroll);
          return json("POST", List.of("_search", "scroll"), Map.of(), more);
        },
        this::found);
  }

  /// What is left is searched for where the tenant is now.
  private void moved() {
    if (update && remembered.size() >= REMEMBERED_MAX) {
      Refused why =
          counts.endedEarly(
              "the tenant moved while this ran, and too many documents are updated already to know which");
      end(AnswerHead.json(why.status()), why.body());
    } else {
      search();
    }
  }

  private void done() {
    Runnable told =
        () -> {
          long millis = (lane.loop().nanos() - sinceNanos) / 1_000_000L;
          end(
              AnswerHead.json(counts.status()),
              form.text(counts.told(millis)).getBytes(StandardCharsets.UTF_8));
        };
    step(
        false,
        home -> {
          ObjectNode scrolls = JsonMapper.shared().createObjectNode();
          scrolls.put("scroll_id", scroll);
          return json("DELETE", List.of("_search", "scroll"), Map.of(), scrolls);
        },
        new Answered((_, _) -> refreshed(told), true));
  }

  private void refreshed(Runnable then) {
    String refresh = asked.parameters().get("refresh");
    if (refresh == null || refresh.equals("false")) {
      then.run();
      return;
    }
    step(
        false,
        home ->
            new Plan.Whole(
                asked
                    .sent()
                    .made(
                        "POST",
                        Asked.target(
                            List.of(Asked.index(asked.at(home), index.orElseThrow()), "_refresh"),
                            Map.of()),
                        0),
                Unpooled.EMPTY_BUFFER),
        (_, _) -> then.run());
  }

  private void fail(int status, byte[] answer, Placement from) {
    end(AnswerHead.json(status), shown(answer, from));
  }

  /// A home's error in the client's names.
  private byte[] shown(byte[] answer, Placement from) {
    Optional<AnswerRewriter> rewriter = asked.answer(from, AnswerShape.DOCUMENTS);
    if (rewriter.isEmpty()) {
      return answer;
    }
    try {
      ByteBuf out = rewriter.get().rewrite(Unpooled.wrappedBuffer(answer));
      byte[] shown = ByteBufUtil.getBytes(out);
      out.release();
      rewriter.get().end();
      return shown;
    } catch (BadAnswer e) {
      return Refused.body(BAD_GATEWAY, Refused.DROVER, String.valueOf(e.getMessage()));
    }
  }

  private void end(AnswerHead head, byte[] text) {
    if (!over) {
      over = true;
      to.done(head, new String(text, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void cancel() {
    over = true;
    Collector under = current;
    if (under != null) {
      under.cancel();
    }
  }
}
