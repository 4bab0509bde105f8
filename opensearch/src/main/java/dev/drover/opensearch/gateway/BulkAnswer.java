package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.answer.BadAnswer;
import dev.drover.opensearch.bulk.BulkParts;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The answer to a `_bulk` of several tenants, put together out of those of the homes.
final class BulkAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(BulkAnswer.class);
  private static final int OK = 200;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;

  private final Serving serving;
  private final List<BulkParts.Part> parts;
  private final Shaped shaped;
  private final @Nullable ObjectNode[] items;

  /// What the URL says of it.
  ///
  /// @param index of items that name none; empty if it names none either
  record Shaped(String index, MadeForm form) {}

  BulkAnswer(Serving serving, List<BulkParts.Part> parts, Shaped shaped) {
    this.serving = serving;
    this.parts = parts;
    this.shaped = shaped;
    this.items = new ObjectNode[parts.size()];
  }

  /// An item was not done, or nobody knows.
  void refused(int place, Refused why) {
    BulkParts.Part part = parts.get(place);
    ObjectNode item = JsonMapper.shared().createObjectNode();
    ObjectNode of = item.putObject(part.action());
    of.put("_index", part.index().orElse(shaped.index()));
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
          if (!(shown(share, from, done.get(first + i)) instanceof ObjectNode item)
              || item.isEmpty()) {
            throw new BadAnswer("a home has answered for an item with what is no object");
          }
          items[share.places().get(i)] = item;
        }
      }
    } catch (BadAnswer e) {
      LOG.error("an answer to a bulk was not passed on: {}", e.getMessage());
      refused(share, new Refused(BAD_GATEWAY, Refused.UNKNOWN, String.valueOf(e.getMessage())));
    }
  }

  static JsonNode read(ByteBuf answer) {
    try {
      return MadeForm.DEEP.readTree(ByteBufUtil.getBytes(answer));
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
        serving.rewriter(share.asked().owner(), from, AnswerShape.DOCUMENTS, false);
    if (rewriter.isEmpty()) {
      return node;
    }
    byte[] bytes = MadeForm.DEEP.writeValueAsBytes(node);
    ByteBuf out = rewriter.get().rewrite(Unpooled.wrappedBuffer(bytes));
    byte[] shown = ByteBufUtil.getBytes(out);
    out.release();
    return MadeForm.DEEP.readTree(shown);
  }

  // --- as a whole

  /// What is to be said of all items alike, so of the request; empty if they differ.
  private Optional<String> ofAll() {
    return Stream.of(Refused.RETRY, Refused.UNKNOWN)
        .filter(type -> Arrays.stream(items).allMatch(each -> type(each).equals(type)))
        .findFirst();
  }

  private static String type(@Nullable ObjectNode item) {
    return item == null ? "" : error(item).path("type").asString("");
  }

  AnswerHead head() {
    return AnswerHead.json(ofAll().isPresent() ? UNAVAILABLE : OK);
  }

  String text(long tookMillis) {
    Optional<String> type = ofAll();
    if (type.isPresent()) {
      String reason = error(Objects.requireNonNull(items[0])).path("reason").asString();
      return new String(Refused.body(UNAVAILABLE, type.get(), reason), StandardCharsets.UTF_8);
    }
    ObjectNode all = JsonMapper.shared().createObjectNode();
    all.put("took", tookMillis);
    all.put("errors", Arrays.stream(items).anyMatch(each -> !type(each).isEmpty()));
    all.putArray("items").addAll(List.of(items));
    return shaped.form().text(all);
  }

  private static JsonNode error(ObjectNode item) {
    return item.values().iterator().next().path("error");
  }
}
