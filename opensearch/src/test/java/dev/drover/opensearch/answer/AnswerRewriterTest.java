package dev.drover.opensearch.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class AnswerRewriterTest {
  private static final AnswerWords SHARED = words("shared:all-*");
  private static final AnswerWords OWN = words("index:acme-orders=orders#3");

  private static final AnswerWords FIELD = words("shared:all-*:own");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"_id\":\"acme:1\",\"_source\":{\"own\":\"acme\",\"a\":{\"own\":1,\"_id\":\"acme:1\"}}}"
            + "|{\"_id\":\"1\",\"_source\":{\"a\":{\"own\":1,\"_id\":\"acme:1\"}}}",
        "{\"_source\":{\"a\":[1,{\"own\":2}],\"own\":\"acme\"},\"found\":true}"
            + "|{\"_source\":{\"a\":[1,{\"own\":2}]},\"found\":true}",
        "{\"_source\":{ \"own\":\"acme\" , \"_routing\":\"r\",\"reason\":\"[acme:1]\"}}"
            + "|{\"_source\":{  \"_routing\":\"r\",\"reason\":\"[acme:1]\"}}",
        "{\"_source\":{\"own\":\"acme\"}}|{\"_source\":{}}",
        "{\"_source\":{\"\\u006fwn\":\"acme\",\"owner\":\"own\",\"e\\u0041\":\"\\\"\"}}"
            + "|{\"_source\":{\"owner\":\"own\",\"e\\u0041\":\"\\\"\"}}",
        "{\"own\":1,\"a\":{\"own\":2}}|{\"own\":1,\"a\":{\"own\":2}}",
        "{\"_nested\":{\"field\":\"a\",\"offset\":0},\"_source\":{\"own\":\"mine\"}}"
            + "|{\"_nested\":{\"field\":\"a\",\"offset\":0},\"_source\":{\"own\":\"mine\"}}",
        "{\"hits\":[{\"_nested\":{},\"_source\":{\"own\":1}},{\"_source\":{\"own\":1}}]}"
            + "|{\"hits\":[{\"_nested\":{},\"_source\":{\"own\":1}},{\"_source\":{}}]}",
        "{\"aggregations\":{\"_source\":{\"own\":1,\"value\":2}}}"
            + "|{\"aggregations\":{\"_source\":{\"own\":1,\"value\":2}}}"
      })
  void theFieldThatKeepsTenantsApartIsNotShown(String answer, String shown) throws Exception {
    assertThat(shown(FIELD, answer)).isEqualTo(shown);
  }

  /// What is asked for as a document alone is one: none of its fields is anything else.
  @Test
  void aDocumentAloneIsShownAsItIs() throws Exception {
    String document =
        "{\"own\":\"acme\",\"index\":\"all-orders\",\"error\":{\"reason\":\"[acme:1]\"}}";
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    for (int cut = 1; cut < 9; cut++) {
      assertThat(shown(SHARED, AnswerShape.SOURCE, bytes, cut)).isEqualTo(document);
      assertThat(shown(FIELD, AnswerShape.SOURCE, bytes, cut))
          .isEqualTo("{\"index\":\"all-orders\",\"error\":{\"reason\":\"[acme:1]\"}}");
    }
  }

  private static AnswerWords words(String locator) {
    return new AnswerWords(
        new Documents("acme", Locator.parse(locator)), cursor -> "sealed-" + cursor);
  }

  private static String shown(AnswerWords words, AnswerShape shape, byte[] answer, int cut)
      throws BadAnswer {
    AnswerRewriter rewriter = new AnswerRewriter(words, shape);
    ByteBuf all = Unpooled.buffer();
    for (int from = 0; from < answer.length; from += cut) {
      byte[] piece = Arrays.copyOfRange(answer, from, Math.min(answer.length, from + cut));
      ByteBuf out = rewriter.rewrite(Unpooled.wrappedBuffer(piece));
      all.writeBytes(out);
      out.release();
    }
    rewriter.end();
    return all.toString(StandardCharsets.UTF_8);
  }

  /// However the answer is cut into pieces, the same comes out.
  private static String shown(AnswerWords words, String answer) throws BadAnswer {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    String whole = shown(words, AnswerShape.DOCUMENTS, bytes, bytes.length);
    for (int cut = 1; cut < 9; cut++) {
      assertThat(shown(words, AnswerShape.DOCUMENTS, bytes, cut)).isEqualTo(whole);
    }
    return whole;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"_routing\":\"acme\"},\"b\":1,\"c\":2}|{\"a\":{},\"b\":1,\"c\":2}",
        "{\"_index\":\"all-orders\",\"_id\":\"acme:b:1\",\"_routing\":\"acme\",\"found\":true}"
            + "|{\"_index\":\"orders\",\"_id\":\"b:1\",\"found\":true}",
        "{\"_routing\":\"acme\"}|{}",
        "{\"_routing\":\"acme\",\"a\":1}|{\"a\":1}",
        "{ \"a\":1 , \"_routing\" : \"acme\" }|{ \"a\":1  }",
        "{\"_source\":{\"_id\":\"x\",\"_routing\":\"r\",\"a\":[{\"_index\":\"all-q\"}]},\"_id\":\"acme:1\"}"
            + "|{\"_source\":{\"_id\":\"x\",\"_routing\":\"r\",\"a\":[{\"_index\":\"all-q\"}]},\"_id\":\"1\"}",
        "{\"hits\":[{\"_id\":\"acme:1\",\"_source\":{}},{\"_id\":\"acme:2\",\"sort\":[1]},{\"_id\":\"acme:3\"}]}"
            + "|{\"hits\":[{\"_id\":\"1\",\"_source\":{}},{\"_id\":\"2\",\"sort\":[1]},{\"_id\":\"3\"}]}",
        "{\"error\":{\"reason\":\"[acme:1]: version conflict in [all-orders]\",\"index\":\"all-orders\"}}"
            + "|{\"error\":{\"reason\":\"[1]: version conflict in [orders]\",\"index\":\"orders\"}}",
        "{\"aggregations\":{\"_id\":{\"value\":1},\"_index\":{\"buckets\":[{\"key\":\"_id\"}]}}}"
            + "|{\"aggregations\":{\"_id\":{\"value\":1},\"_index\":{\"buckets\":[{\"key\":\"_id\"}]}}}",
        "{\"_scroll_id\":\"abc\",\"took\":1}|{\"_scroll_id\":\"sealed-abc\",\"took\":1}",
        "{\"_id\":\"acme:a\\\"\\u00e9\\n\"}|{\"_id\":\"a\\\"é\\n\"}",
        "[]|[]",
        "true|true",
        "{\"a\":[1,[],{}],\"b\":\"\\\\\"}|{\"a\":[1,[],{}],\"b\":\"\\\\\"}"
      })
  void aSharedIndexIsNotSeen(String answer, String shown) throws Exception {
    assertThat(shown(SHARED, answer)).isEqualTo(shown);
  }

  private static final String HIT =
      "{\"_index\":\"all-orders\",\"_id\":\"acme:1\",\"_routing\":\"acme\",\"_source\":{\"_id\":\"x\"}}";

  /// Names of aggregations, of inner hits and of buckets are the client's, whatever they are like.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "_index",
        "index",
        "_id",
        "_routing",
        "_primary_term",
        "reason",
        "_scroll_id",
        "pit_id",
        "_source",
        "fields",
        "highlight",
        "sort",
        "_explanation",
        "matched_queries",
        "key",
        "after_key",
        "value",
        "text",
        "hits",
        "options",
        "buckets",
        "aggregations",
        "inner_hits",
        "top_hits#text"
      })
  void aNameOfAClientsHidesNothing(String name) throws Exception {
    String top = "{\"hits\":{\"total\":{\"value\":1},\"hits\":[%s]}}".formatted(HIT);
    String named = "{\"doc_count\":1,\"%s\":%s}".formatted(name, top);
    String keyed = "{\"buckets\":{\"%s\":%s}}".formatted(name, named);
    String listed = "{\"buckets\":[{\"key\":\"acme:1\",\"%s\":%s}]}".formatted(name, keyed);
    String inner =
        "{\"_id\":\"acme:2\",\"inner_hits\":{\"%s\":%s},\"_routing\":\"acme\"}"
            .formatted(name, top);
    String answer =
        "{\"hits\":{\"hits\":[%s]},\"aggregations\":{\"%s\":%s,\"b\":%s}}"
            .formatted(inner, name, listed, named);
    String seen = answer.replace("all-orders", "orders").replace("\"_id\":\"acme:", "\"_id\":\"");
    assertThat(shown(SHARED, answer)).isEqualTo(seen.replace(",\"_routing\":\"acme\"", ""));
    assertThatThrownBy(() -> shown(SHARED, answer.replace("acme:1\",\"_rou", "beta:1\",\"_rou")))
        .isInstanceOf(BadAnswer.class);
  }

  @Test
  void whatAClientHasSaidOfItsAggregationIsItsOwn() throws Exception {
    String meta = "{\"hits\":[{\"_id\":\"x\",\"_index\":\"all-q\"}],\"_primary_term\":1.5}";
    String answer =
        "{\"aggregations\":{\"a\":{\"meta\":%s,\"buckets\":[{\"b\":{\"meta\":%s}}]},\"meta\":{\"hits\":{\"hits\":[%s]}}}}";
    assertThat(shown(SHARED, answer.formatted(meta, meta, HIT)))
        .isEqualTo(
            answer.formatted(
                meta, meta, "{\"_index\":\"orders\",\"_id\":\"1\",\"_source\":{\"_id\":\"x\"}}"));
  }

  @Test
  void aTextForPeopleIsShownUpToSomeLength() throws Exception {
    for (String each : java.util.List.of("y", "\\u00fc", "\u00fc", "\\\\")) {
      String answer =
          "{\"reason\":\"[all-orders] %s\",\"status\":400}".formatted(each.repeat(100_000));
      String shown = shown(SHARED, answer);
      assertThat(shown).startsWith("{\"reason\":\"[orders] ").endsWith("\u2026\",\"status\":400}");
      assertThat(JsonMapper.shared().readTree(shown).path("status").asInt()).isEqualTo(400);
    }
  }

  @Test
  void whatIsNoJsonAtAllIsNotPassedOn() {
    for (byte[] each :
        new byte[][] {
          {(byte) 0xBF, 0x66, 0x5f},
          {0x3a, 0x29, 0x0a},
          "---\na: 1".getBytes(StandardCharsets.UTF_8)
        }) {
      assertThatThrownBy(() -> shown(SHARED, AnswerShape.DOCUMENTS, each, each.length))
          .isInstanceOf(BadAnswer.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "failed to parse field [n] in document with id 'acme:1'. Preview of field's value: 'acme:1'"
            + "|failed to parse field [n] in document with id '1'. Preview of field's value: 'acme:1'",
        "[[all-orders/3xY-z]][[all-orders][0]] no|[[orders/3xY-z]][[orders][0]] no",
        "closed [all-a, all-b/u]|closed [a, b/u]",
        "no such index 'all-a' (all-b)|no such index 'a' (b)",
        "[acme:a:1]: version conflict|[a:1]: version conflict",
        "all-orders and all-|all-orders and all-"
      })
  void aTextForPeopleHasTheClientsNames(String reason, String shown) {
    assertThat(SHARED.reason(reason)).isEqualTo(shown);
  }

  @Test
  void aTextNamesTheOneIndexAsClientsDo() {
    assertThat(OWN.reason("no [acme-orders/u], [acme-orders2], [acme-orders]"))
        .isEqualTo("no [orders/u], [acme-orders2], [orders]");
  }

  @Test
  void howDeepADocumentIsNestedDoesNotMatter() throws Exception {
    String deep = "{\"_id\":\"acme:1\",\"_source\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
    assertThat(shown(SHARED, deep)).isEqualTo(deep.replace("acme:", ""));
    assertThatThrownBy(() -> shown(SHARED, "[".repeat(600) + "]".repeat(600)))
        .isInstanceOf(BadAnswer.class);
  }

  @Test
  void aPrimaryTermIsOfItsStay() throws Exception {
    assertThat(shown(OWN, "{\"_index\":\"acme-orders\",\"_primary_term\":2,\"_routing\":\"r\"}"))
        .isEqualTo(
            "{\"_index\":\"orders\",\"_primary_term\":%d,\"_routing\":\"r\"}"
                .formatted((3L << 20) + 2));
    assertThat(shown(OWN, "{\"get\":{\"_primary_term\":2}}")).contains("" + ((3L << 20) + 2));
  }

  @Test
  void anothersDocumentIsNeverPassedOn() {
    assertThatThrownBy(() -> shown(SHARED, "{\"_id\":\"beta:1\"}")).isInstanceOf(BadAnswer.class);
  }

  @Test
  void whatIsToldOfEachIndexHasTheClientsNames() throws Exception {
    String answer =
        "{\"all-orders\":{\"mappings\":{\"properties\":{\"_index\":{\"type\":\"text\"}}},"
            + "\"settings\":{\"index\":{\"provided_name\":\"all-orders\"}}}}";
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    assertThat(shown(SHARED, AnswerShape.BY_INDEX, bytes, 3))
        .isEqualTo(answer.replace("all-orders", "orders"));
    byte[] flat =
        "{\"all-orders\":{\"settings\":{\"index.provided_name\":\"all-orders\"}}}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(shown(SHARED, AnswerShape.BY_INDEX, flat, 3))
        .isEqualTo("{\"orders\":{\"settings\":{\"index.provided_name\":\"orders\"}}}");
    byte[] error =
        "{\"error\":{\"index\":\"all-orders\"},\"status\":404}".getBytes(StandardCharsets.UTF_8);
    assertThat(shown(SHARED, AnswerShape.BY_INDEX, error, 100))
        .isEqualTo("{\"error\":{\"index\":\"orders\"},\"status\":404}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{\"a\"", "{\"a\":1", "[1", "\"abc", "{}x", "{\"a\" 1}", "{]", "[}", "}"})
  void whatIsNoJsonIsNotPassedOnAsIfItWere(String answer) {
    assertThatThrownBy(() -> shown(SHARED, answer)).isInstanceOf(BadAnswer.class);
  }

  /// What has nothing to be rewritten comes out as it went in, byte for byte.
  @Test
  void anyOtherJsonStaysAsItIs() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String json =
          (i % 2 == 0
                  ? JsonMapper.shared().writer()
                  : JsonMapper.shared().writerWithDefaultPrettyPrinter())
              .writeValueAsString(value(random, 0));
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      int cut = 1 + random.nextInt(Math.max(1, bytes.length));
      assertThat(shown(SHARED, AnswerShape.DOCUMENTS, bytes, cut)).isEqualTo(json);
    }
  }

  private static Object value(Random random, int depth) {
    int kind = random.nextInt(depth > 4 ? 4 : 7);
    return switch (kind) {
      case 0 -> random.nextInt();
      case 1 -> random.nextDouble();
      case 2 -> random.nextBoolean();
      case 3 -> text(random);
      case 4, 5 -> {
        java.util.Map<String, Object> object = new java.util.LinkedHashMap<>();
        String[] keys = {"a", "_source", "fields", "value", "sort", "k\"e\\y", "_indexes", "hits"};
        for (int i = random.nextInt(5); i > 0; i--) {
          object.put(keys[random.nextInt(keys.length)], value(random, depth + 1));
        }
        yield object;
      }
      default -> {
        java.util.List<Object> list = new java.util.ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth + 1));
        }
        yield list;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append("a\"\\{}[]:,é\n\t ".charAt(random.nextInt(13)));
    }
    return text.toString();
  }
}
