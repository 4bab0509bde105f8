package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.BadAnswer;
import dev.drover.opensearch.answer.FilterPath;
import dev.drover.opensearch.bulk.BulkParts;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The answer to a `_bulk` of several tenants, put together out of those of the homes.
final class BulkAnswer {
  /// Parameters by which the whole answer is shaped, so that homes are not sent them.
  static final List<String> SHAPING = List.of("filter_path", "pretty");

  private static final Logger LOG = LoggerFactory.getLogger(BulkAnswer.class);
  private static final int OK = 200;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;

  private final Serving serving;
  private final List<BulkParts.Part> parts;
  private final Map<String, String> parameters;
  private final @Nullable ObjectNode[] items;

  /// @param parameters of the URL
  BulkAnswer(Serving serving, List<BulkParts.Part> parts, Map<String, String> parameters) {
    this.serving = serving;
    this.parts = parts;
    this.parameters = parameters;
    this.items = new ObjectNode[parts.size()];
  }

  /// An item was not done, or nobody knows.
  void refused(int place, Refused why) {
    BulkParts.Part part = parts.get(place);
    ObjectNode item = JsonMapper.shared().createObjectNode();
    ObjectNode of = item.putObject(part.action());
    part.index().ifPresent(index -> of.put("_index", index));
    of.put("_id", part.id().orElse(null));
    of.put("status", why.status());
    of.putObject("error").put("type", why.type()).put("reason", why.reason());
    items[place] = item;
  }

  void refused(BulkShare share, Refused why) {
    share.places().forEach(place -> refused(place, why));
  }

  /// What a home says of some items.
  ///
  /// @param first where the share's items begin in the answer
  /// @param expected how many items the home was sent
  void answered(
      BulkShare share, Placement from, int status, JsonNode answer, int first, int expected) {
    JsonNode done = answer.path("items");
    try {
      if (status != OK) {
        refused(share, failure(share, from, status, answer));
      } else if (done.size() != expected) {
        throw new BadAnswer(
            "a home has answered for %d of %d items".formatted(done.size(), expected));
      } else {
        for (int i = 0; i < share.places().size(); i++) {
          items[share.places().get(i)] = (ObjectNode) shown(share, from, done.get(first + i));
        }
      }
    } catch (BadAnswer e) {
      LOG.error("an answer to a bulk was not passed on: {}", e.getMessage());
      refused(share, new Refused(BAD_GATEWAY, Refused.UNKNOWN, String.valueOf(e.getMessage())));
    }
  }

  static JsonNode read(ByteBuf answer) {
    try {
      return JsonMapper.shared().readTree(ByteBufUtil.getBytes(answer));
    } catch (JacksonException e) {
      LOG.error("a home has answered a bulk with what is no JSON: {}", e.getOriginalMessage());
      return JsonMapper.shared().createObjectNode();
    }
  }

  /// A home's error for the whole request.
  private Refused failure(BulkShare share, Placement from, int status, JsonNode answer)
      throws BadAnswer {
    JsonNode error = answer.path("error");
    String reason = error.path("reason").asString("the home has answered with status " + status);
    JsonNode told = JsonMapper.shared().createObjectNode().put("reason", reason);
    return new Refused(
        status,
        error.path("type").asString(Refused.DROVER),
        shown(share, from, told).path("reason").asString());
  }

  /// In the tenant's words.
  private JsonNode shown(BulkShare share, Placement from, JsonNode node) throws BadAnswer {
    Optional<AnswerRewriter> rewriter =
        serving.rewriter(share.asked().owner(), from, AnswerRewriter.Shape.DOCUMENTS, false);
    if (rewriter.isEmpty()) {
      return node;
    }
    byte[] bytes = JsonMapper.shared().writeValueAsBytes(node);
    ByteBuf out =
        rewriter.get().rewrite(Unpooled.wrappedBuffer(bytes), Unpooled.EMPTY_BUFFER.alloc());
    byte[] shown = ByteBufUtil.getBytes(out);
    out.release();
    return JsonMapper.shared().readTree(shown);
  }

  // --- as a whole

  /// If no item was done, the request as a whole is one that may be sent again.
  AnswerHead head() {
    return allOf(UNAVAILABLE) ? AnswerHead.retry(UNAVAILABLE) : AnswerHead.json(OK);
  }

  private boolean allOf(int status) {
    return Arrays.stream(items).allMatch(each -> status(each) == status);
  }

  private static int status(@Nullable ObjectNode item) {
    return item == null ? 0 : item.values().iterator().next().path("status").asInt();
  }

  String text(long tookMillis) {
    if (allOf(UNAVAILABLE)) {
      JsonNode first = items[0] == null ? JsonMapper.shared().nullNode() : error(items[0]);
      return new String(
          Refused.body(UNAVAILABLE, first.path("type").asString(), first.path("reason").asString()),
          StandardCharsets.UTF_8);
    }
    ObjectNode all = JsonMapper.shared().createObjectNode();
    all.put("took", tookMillis);
    all.put(
        "errors",
        Arrays.stream(items).anyMatch(each -> each != null && !error(each).isMissingNode()));
    all.putArray("items").addAll(List.of(items));
    String filter = parameters.get("filter_path");
    if (filter != null) {
      FilterPath.parse(filter).apply(all);
    }
    String pretty = parameters.get("pretty");
    return pretty == null || pretty.equals("false") ? all.toString() : all.toPrettyString();
  }

  private static JsonNode error(ObjectNode item) {
    return item.values().iterator().next().path("error");
  }
}
