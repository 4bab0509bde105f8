package dev.drover.opensearch.rewrite;

/// Makes aggregations.
record Aggs(Corpus corpus) {
  String named(int depth) {
    StringBuilder all = new StringBuilder("{");
    int count = 1 + corpus.number(2);
    for (int i = 0; i < count; i++) {
      all.append(i == 0 ? "" : ",").append("\"a").append(i).append("\":{");
      boolean inner = depth > 0 && corpus.oneIn(2);
      String type =
          corpus.oneIn(25) ? hostile() : inner || corpus.oneIn(2) ? bucket(depth) : metric();
      all.append(type);
      if (inner && !type.contains("\"aggs\"") && !type.contains("significant_text")) {
        all.append(",\"aggs\":").append(named(depth - 1));
      }
      all.append('}');
    }
    return all.append('}').toString();
  }

  private String metric() {
    return switch (corpus.number(9)) {
      case 0 ->
          "\"%s\":{\"field\":\"qty\"}".formatted(corpus.pick("avg", "sum", "min", "max", "stats"));
      case 1 ->
          "\"value_count\":{\"field\":\"%s\"}"
              .formatted(corpus.pick("tag", "qty", "need", "price", "ts", "_id"));
      case 2 ->
          "\"cardinality\":{\"field\":\"%s\"}"
              .formatted(corpus.pick("tag", "title.raw", "friends", "_routing"));
      case 3 -> "\"percentiles\":{\"field\":\"price\"}";
      case 4 -> "\"percentile_ranks\":{\"field\":\"price\",\"values\":[10,50]}";
      case 5 -> "\"extended_stats\":{\"field\":\"price\"}";
      case 6 -> "\"median_absolute_deviation\":{\"field\":\"price\"}";
      case 7 -> "\"weighted_avg\":{\"value\":{\"field\":\"qty\"},\"weight\":{\"field\":\"price\"}}";
      default ->
          "\"top_hits\":{\"size\":60,\"sort\":[\"qty\"],\"_source\":[\"tag\"]%s}"
              .formatted(
                  corpus.pick(
                      "",
                      ",\"docvalue_fields\":[\"tag\"]",
                      ",\"explain\":true",
                      ",\"fields\":[\"*\"]"));
    };
  }

  private String bucket(int depth) {
    return switch (depth < 2 && !corpus.oneIn(10) ? 7 + corpus.number(14) : corpus.number(21)) {
      case 0 ->
          "\"terms\":{\"field\":\"%s\",\"size\":50}"
              .formatted(corpus.pick("tag", "friends", "body", "need"));
      case 1 ->
          "\"terms\":{\"field\":\"tag\",\"include\":\"%s\"}"
              .formatted(corpus.pick("beta.*", ".*tag1"));
      case 2 ->
          "\"terms\":{\"field\":\"tag\",\"size\":2,\"order\":{\"_key\":\"desc\"},\"show_term_doc_count_error\":true}";
      case 3 -> "\"rare_terms\":{\"field\":\"title.raw\",\"max_doc_count\":3}";
      case 4 ->
          "\"multi_terms\":{\"terms\":[{\"field\":\"tag\"},{\"field\":\"need\"}],\"size\":50}";
      case 5 ->
          "\"significant_terms\":{\"field\":\"%s\",\"min_doc_count\":1%s}"
              .formatted(corpus.pick("tag", "friends", "nope"), background());
      case 6 ->
          "\"significant_text\":{\"field\":\"body\",\"min_doc_count\":1%s}".formatted(background());
      case 7 ->
          "\"histogram\":{\"field\":\"%s\",\"interval\":%s}"
              .formatted(corpus.pick("price", "need"), "10");
      case 8 ->
          "\"date_histogram\":{\"field\":\"ts\",\"calendar_interval\":\"month\",\"min_doc_count\":0}";
      case 9 -> "\"auto_date_histogram\":{\"field\":\"ts\",\"buckets\":5}";
      case 10 -> "\"range\":{\"field\":\"qty\",\"ranges\":[{\"to\":30},{\"from\":30}]}";
      case 11 -> "\"filter\":%s".formatted(corpus.query(1));
      case 12 ->
          "\"filters\":{\"filters\":{\"x\":%s,\"y\":%s},\"other_bucket\":true}"
              .formatted(corpus.query(0), corpus.query(1));
      case 13 ->
          "\"adjacency_matrix\":{\"filters\":{\"x\":%s,\"y\":%s}}"
              .formatted(corpus.query(0), corpus.query(0));
      case 14 ->
          "\"composite\":{\"size\":50,\"sources\":[{\"s\":{\"terms\":{\"field\":\"tag\"}}},{\"h\":{\"histogram\":{\"field\":\"price\",\"interval\":50}}}]%s}"
              .formatted(corpus.oneIn(2) ? "" : ",\"after\":{\"s\":\"b\",\"h\":0}");
      case 15 ->
          "\"nested\":{\"path\":\"comments\"},\"aggs\":{\"c\":{\"terms\":{\"field\":\"comments.author\"},\"aggs\":{\"r\":{\"reverse_nested\":{},\"aggs\":{\"t\":{\"terms\":{\"field\":\"tag\"}}}}}}}";
      case 16 -> "\"missing\":{\"field\":\"%s\"}".formatted(corpus.pick("nope", "tag"));
      case 17 -> "\"sampler\":{\"shard_size\":500},\"aggs\":{\"s\":{\"sum\":{\"field\":\"qty\"}}}";
      case 18 -> "\"variable_width_histogram\":{\"field\":\"qty\",\"buckets\":3}";
      case 19 ->
          "\"geo_distance\":{\"field\":\"loc\",\"origin\":[0,0],\"ranges\":[{\"to\":4000000},{\"from\":4000000}]}";
      default ->
          "\"ip_range\":{\"field\":\"ip\",\"ranges\":[{\"to\":\"10.0.2.0\"},{\"from\":\"10.0.2.0\"}]}";
    };
  }

  private String background() {
    return corpus.oneIn(2)
        ? ""
        : ",\"background_filter\":{\"bool\":{\"must\":[{\"exists\":{\"field\":\"qty\"}},%s]}}"
            .formatted(corpus.query(0));
  }

  private String hostile() {
    return corpus.pick(
        "\"global\":{}",
        "\"terms\":{\"field\":\"tag\",\"min_doc_count\":0,\"size\":100}",
        "\"terms\":{\"field\":\"tag\",\"min_doc_count\":\"0\",\"size\":100}",
        "\"terms\":{\"field\":\"tag\",\"min_doc_count\":0.5,\"size\":100}",
        "\"terms\":{\"field\":\"_id\"}",
        "\"terms\":{\"field\":\"_index\"}",
        "\"terms\":{\"field\":\"_routing\"}",
        "\"terms\":{\"field\":\"tag\",\"script\":\"'beta'\"}",
        "\"multi_terms\":{\"terms\":[{\"field\":\"tag\"},{\"field\":\"_id\"}],\"min_doc_count\":0}",
        "\"composite\":{\"sources\":[{\"s\":{\"terms\":{\"field\":\"_id\"}}}]}",
        "\"children\":{\"type\":\"c\"}",
        "\"scripted_metric\":{\"map_script\":\"1\",\"combine_script\":\"1\",\"reduce_script\":\"1\"}",
        "\"top_hits\":{\"sort\":[\"_id\"]}",
        "\"nothing\":{}");
  }
}
