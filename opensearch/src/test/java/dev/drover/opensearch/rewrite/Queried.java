package dev.drover.opensearch.rewrite;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Makes queries.
record Queried(Corpus corpus) {
  String compound(int depth) {
    String a = corpus.query(depth - 1);
    String b = corpus.query(depth - 1);
    return switch (corpus.oneIn(20) ? 13 : corpus.number(13)) {
      case 0 -> "{\"bool\":{\"must\":[%s],\"must_not\":%s}}".formatted(a, b);
      case 1 -> "{\"bool\":{\"should\":[%s,%s],\"minimum_should_match\":1}}".formatted(a, b);
      case 2 -> "{\"bool\":{\"filter\":%s,\"should\":[%s]}}".formatted(a, b);
      case 3 -> "{\"bool\":{\"must_not\":[%s,%s]}}".formatted(a, b);
      case 4 -> "{\"constant_score\":{\"filter\":%s,\"boost\":2}}".formatted(a);
      case 5 ->
          "{\"boosting\":{\"positive\":%s,\"negative\":%s,\"negative_boost\":0.5}}".formatted(a, b);
      case 6 -> "{\"dis_max\":{\"queries\":[%s,%s],\"tie_breaker\":0.3}}".formatted(a, b);
      case 7 ->
          "{\"function_score\":{\"query\":%s,\"functions\":[{\"filter\":%s,\"weight\":2},{\"random_score\":{\"seed\":3,\"field\":\"_seq_no\"}}]}}"
              .formatted(a, b);
      case 8 ->
          "{\"function_score\":{\"query\":%s,\"field_value_factor\":{\"field\":\"qty\",\"missing\":1},\"boost_mode\":\"sum\"}}"
              .formatted(a);
      case 9 ->
          "{\"function_score\":{\"query\":%s,\"gauss\":{\"qty\":{\"origin\":10,\"scale\":5}}}}"
              .formatted(a);
      case 10 -> "{\"wrapper\":{\"query\":\"%s\"}}".formatted(base64(a));
      case 11 ->
          "{\"nested\":{\"path\":\"comments\",\"query\":%s%s}}"
              .formatted(
                  comments(),
                  corpus.oneIn(2) ? "" : ",\"score_mode\":\"max\",\"ignore_unmapped\":true");
      case 12 -> "{\"bool\":{\"must\":[%s],\"boost\":2,\"_name\":\"n1\"}}".formatted(a);
      default -> "{\"script_score\":{\"query\":%s,\"script\":{\"source\":\"1\"}}}".formatted(a);
    };
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String comments() {
    return switch (corpus.number(3)) {
      case 0 -> "{\"match\":{\"comments.text\":\"%s\"}}".formatted(corpus.word());
      case 1 -> "{\"term\":{\"comments.author\":\"%s\"}}".formatted(corpus.tag());
      default -> "{\"range\":{\"comments.stars\":{\"gte\":%d}}}".formatted(corpus.number(6));
    };
  }

  String leaf() {
    return switch (corpus.number(5)) {
      case 0 -> texts();
      case 1 -> terms();
      case 2 -> others();
      case 3 -> spans();
      default -> corpus.oneIn(8) ? hostile() : terms();
    };
  }

  private String texts() {
    String word = corpus.word();
    String two = word + " " + corpus.word();
    return switch (corpus.number(11)) {
      case 0 -> "{\"match\":{\"body\":\"%s\"}}".formatted(two);
      case 1 -> "{\"match\":{\"title\":{\"query\":\"%s\",\"operator\":\"and\"}}}".formatted(two);
      case 2 -> "{\"match_phrase\":{\"body\":{\"query\":\"%s\",\"slop\":2}}}".formatted(two);
      case 3 -> "{\"match_phrase_prefix\":{\"body\":\"%s\"}}".formatted(two);
      case 4 -> "{\"match_bool_prefix\":{\"title\":\"%s\"}}".formatted(two);
      case 5 ->
          "{\"multi_match\":{\"query\":\"%s\",\"fields\":[\"title^2\",\"body\"],\"type\":\"%s\"}}"
              .formatted(two, corpus.pick("best_fields", "cross_fields", "most_fields", "phrase"));
      case 6 -> "{\"multi_match\":{\"query\":\"%s\"}}".formatted(word);
      case 7 -> "{\"query_string\":{\"query\":\"%s\"}}".formatted(text(word));
      case 8 ->
          "{\"simple_query_string\":{\"query\":\"%s | -%s\",\"fields\":[\"body\"]}}"
              .formatted(word, corpus.word());
      case 9 -> "{\"match\":{\"body\":{\"query\":\"%sx\",\"fuzziness\":\"AUTO\"}}}".formatted(word);
      default ->
          "{\"combined_fields\":{\"query\":\"%s\",\"fields\":[\"title\",\"body\"]}}".formatted(two);
    };
  }

  private String text(String word) {
    return corpus.pick(
        word,
        "*",
        "*:*",
        "NOT " + word,
        "title:" + word + " OR body:" + word,
        "_exists_:tag",
        "tag:*",
        "bo*:" + word,
        "_rout*:beta",
        "_rou\\\\ting:beta",
        "_routing:beta",
        "_id:\\\"beta:1\\\"",
        "\\\\_id:beta",
        "_i*:(beta OR acme)",
        "_index:all-orders",
        "_ind*:all-orders",
        "_exists_:_routing",
        "qty:[7000000 TO *] OR tag:/beta.*/",
        "b?dy:" + word + "~1");
  }

  private String terms() {
    return switch (corpus.number(15)) {
      case 0 -> "{\"term\":{\"tag\":\"%s\"}}".formatted(corpus.tag());
      case 1 ->
          "{\"term\":{\"tag\":{\"value\":\"%s\",\"case_insensitive\":true}}}"
              .formatted(corpus.tag());
      case 2 -> "{\"terms\":{\"tag\":[\"%s\",\"%s\"]}}".formatted(corpus.tag(), corpus.tag());
      case 3 ->
          "{\"terms\":{\"tag\":{\"index\":\"orders\",\"id\":\"%s\",\"path\":\"friends\"}}}"
              .formatted(corpus.id());
      case 4 ->
          "{\"terms\":{\"tag\":{\"index\":\"orders\",\"path\":\"friends\",\"query\":%s}}}"
              .formatted("{\"match\":{\"body\":\"" + corpus.word() + "\"}}");
      case 5 -> "{\"ids\":{\"values\":[\"%s\",\"%s\"]}}".formatted(corpus.id(), corpus.id());
      case 6 -> "{\"term\":{\"_id\":\"%s\"}}".formatted(corpus.id());
      case 7 -> "{\"terms\":{\"_id\":[\"%s\",\"%s\"]}}".formatted(corpus.id(), corpus.id());
      case 8 -> "{\"exists\":{\"field\":\"%s\"}}".formatted(corpus.pick("tag", "_id", "nope"));
      case 9 -> "{\"prefix\":{\"tag\":\"%s\"}}".formatted(corpus.pick("beta", "acme", "r", ""));
      case 10 -> "{\"wildcard\":{\"tag\":\"%s\"}}".formatted(corpus.pick("beta*", "*tag?", "*"));
      case 11 ->
          "{\"regexp\":{\"tag\":\"%s\"}}"
              .formatted(corpus.pick("beta.*", "(acme|beta)tag[0-9]", ".*"));
      case 12 -> "{\"fuzzy\":{\"tag\":{\"value\":\"%s\"}}}".formatted(corpus.tag() + "x");
      case 13 -> "{\"range\":{\"qty\":{\"gte\":%d}}}".formatted(corpus.number(80));
      default ->
          "{\"terms_set\":{\"tag\":{\"terms\":[\"%s\",\"%s\"],\"minimum_should_match_field\":\"need\"}}}"
              .formatted(corpus.tag(), corpus.tag());
    };
  }

  private String others() {
    return switch (corpus.number(7)) {
      case 0 -> "{\"match_all\":{}}";
      case 1 -> "{\"match_none\":{}}";
      case 2 ->
          "{\"geo_distance\":{\"distance\":\"3000km\",\"loc\":{\"lat\":20,\"lon\":%d}}}"
              .formatted(corpus.number(50));
      case 3 ->
          "{\"geo_bounding_box\":{\"loc\":{\"top_left\":{\"lat\":60,\"lon\":0},\"bottom_right\":{\"lat\":0,\"lon\":%d}}}}"
              .formatted(5 + corpus.number(50));
      case 4 ->
          "{\"distance_feature\":{\"field\":\"ts\",\"origin\":\"2026-05-05\",\"pivot\":\"7d\"}}";
      case 5 -> "{\"range\":{\"ts\":{\"gte\":\"2026-06-01\",\"time_zone\":\"+01:00\"}}}";
      default -> "{\"term\":{\"ip\":\"10.0.%d.0/24\"}}".formatted(corpus.number(4));
    };
  }

  private String spans() {
    String a = "{\"span_term\":{\"body\":\"%s\"}}".formatted(corpus.word());
    String b = "{\"span_term\":{\"body\":{\"value\":\"%s\"}}}".formatted(corpus.word());
    return switch (corpus.number(8)) {
      case 0 ->
          "{\"span_near\":{\"clauses\":[%s,%s],\"slop\":4,\"in_order\":false}}".formatted(a, b);
      case 1 -> "{\"span_or\":{\"clauses\":[%s,%s]}}".formatted(a, b);
      case 2 -> "{\"span_first\":{\"match\":%s,\"end\":3}}".formatted(a);
      case 3 -> "{\"span_not\":{\"include\":%s,\"exclude\":%s}}".formatted(a, b);
      case 4 ->
          "{\"span_multi\":{\"match\":{\"prefix\":{\"body\":\"%s\"}}}}"
              .formatted(corpus.pick("be", "acme", "r"));
      case 5 ->
          "{\"intervals\":{\"body\":{\"any_of\":{\"intervals\":[{\"match\":{\"query\":\"%s\"}},{\"prefix\":{\"prefix\":\"be\"}}]}}}}"
              .formatted(corpus.word());
      case 6 ->
          "{\"intervals\":{\"body\":{\"match\":{\"query\":\"%s\",\"filter\":{\"not_containing\":{\"match\":{\"query\":\"%s\"}}}}}}}"
              .formatted(corpus.word(), corpus.word());
      default ->
          "{\"span_containing\":{\"big\":{\"span_near\":{\"clauses\":[%s,%s],\"slop\":9}},\"little\":%s}}"
              .formatted(a, b, b);
    };
  }

  private String hostile() {
    return corpus.pick(
        "{\"term\":{\"_routing\":\"beta\"}}",
        "{\"terms\":{\"_routing\":[\"beta\"]}}",
        "{\"prefix\":{\"_id\":\"beta\"}}",
        "{\"wildcard\":{\"_index\":\"*\"}}",
        "{\"term\":{\"_index\":\"orders\"}}",
        "{\"term\":{\"_index\":\"all-orders\"}}",
        "{\"terms\":{\"tag\":{\"index\":\"all-orders\",\"id\":\"beta:1\",\"path\":\"friends\"}}}",
        "{\"terms\":{\"tag\":{\"index\":\"orders\",\"id\":\"1\",\"path\":\"friends\",\"routing\":\"beta\"}}}",
        "{\"terms\":{\"_id\":{\"index\":\"orders\",\"id\":\"1\",\"path\":\"friends\"}}}",
        "{\"has_parent\":{\"parent_type\":\"p\",\"query\":{\"match_all\":{}},\"inner_hits\":{}}}",
        "{\"parent_id\":{\"type\":\"c\",\"id\":\"1\"}}",
        "{\"percolate\":{\"field\":\"q\",\"document\":{}}}",
        "{\"script\":{\"script\":\"doc['qty'].value > 7000000\"}}",
        "{\"template\":{\"match_all\":{}}}",
        "{\"hybrid\":{\"queries\":[{\"match_all\":{}}]}}",
        "{\"multi_match\":{\"query\":\"beta\",\"fields\":[\"_rout*\"]}}",
        "{\"multi_match\":{\"query\":\"beta\",\"fields\":[\"*ing\"]}}",
        "{\"query_string\":{\"query\":\"beta\",\"default_field\":\"_routing\"}}",
        "{\"more_like_this\":{\"fields\":[\"body\"],\"like\":[{\"_id\":\"beta:1\"}],\"min_term_freq\":1,\"min_doc_freq\":1}}",
        "{\"more_like_this\":{\"fields\":[\"body\"],\"like\":[{\"_index\":\"all-orders\",\"_id\":\"beta:1\",\"routing\":\"beta\"}]}}",
        "{\"wrapper\":{\"query\":\"%s\"}}".formatted(base64("{\"term\":{\"_routing\":\"beta\"}}")),
        "{\"match_all\":{},\"x\":{}}",
        "{\"bool\":{\"filter\":[],\"extra\":1}}",
        "{}");
  }
}
