package dev.drover.opensearch.rewrite;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Makes documents and bodies of searches from a seed. Bodies ask for all that the language has, in
/// well-behaved and in hostile ways.
final class Corpus {
  static final int DOCUMENTS = 60;

  static final String MAPPING =
      """
      {"settings":{"number_of_shards":1,"number_of_replicas":0,"refresh_interval":-1},
       "mappings":{"properties":{
        "title":{"type":"text","fields":{"raw":{"type":"keyword"}}},
        "body":{"type":"text","fielddata":true,"term_vector":"with_positions_offsets"},
        "tag":{"type":"keyword"},"price":{"type":"double"},"qty":{"type":"integer"},
        "ts":{"type":"date"},"loc":{"type":"geo_point"},"area":{"type":"object","enabled":false},
        "ip":{"type":"ip"},"rank":{"type":"integer"},"need":{"type":"integer"},
        "friends":{"type":"keyword"},"done":{"type":"completion"},
        "comments":{"type":"nested","properties":{
          "author":{"type":"keyword"},"text":{"type":"text"},"stars":{"type":"integer"}}}}}}
      """;

  private static final String[] WORDS = {
    "red", "green", "blue", "fast", "slow", "new", "old", "big", "small", "cheap"
  };

  private final Random random;

  Corpus(long seed) {
    this.random = new Random(seed);
  }

  /// @param mine a word of which the tenant's own words are made. No other tenant has them
  String document(String mine, int number) {
    return """
    {"title":"%s","body":"%s","tag":["%s","%s"],"price":%d,"qty":%d,"ts":"2026-%02d-%02dT10:00:00Z",\
    "loc":{"lat":%d,"lon":%d},"area":{"type":"point","coordinates":[%d,%d]},"ip":"10.0.%d.%d",\
    "rank":%d,"need":%d,"friends":["%s","%s"],"done":["%s%d"],\
    "comments":[{"author":"%s","text":"%s","stars":%d},{"author":"%s","text":"%s","stars":%d}]}"""
        .formatted(
            words(mine),
            words(mine) + " " + words(mine),
            pick(WORDS),
            mine + "tag" + random.nextInt(8),
            random.nextInt(100),
            number + (mine.equals("beta") ? 7_000_000 : 0),
            1 + random.nextInt(12),
            1 + random.nextInt(28),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(4),
            random.nextInt(250),
            1 + random.nextInt(20),
            1 + random.nextInt(2),
            pick(WORDS),
            mine + "tag" + random.nextInt(8),
            mine,
            number,
            mine + "tag" + random.nextInt(3),
            words(mine),
            random.nextInt(6),
            pick(WORDS),
            words(mine),
            random.nextInt(6));
  }

  private String words(String mine) {
    return IntStream.range(0, 3 + random.nextInt(4))
        .mapToObj(each -> random.nextInt(4) == 0 ? mine + "word" + random.nextInt(10) : pick(WORDS))
        .collect(Collectors.joining(" "));
  }

  /// The body of a search.
  String search() {
    Aggs aggs = new Aggs(this);
    StringBuilder body = new StringBuilder("{\"size\":").append(oneIn(4) ? 0 : 100);
    if (!oneIn(8)) {
      body.append(",\"query\":").append(query(3));
    }
    if (oneIn(2)) {
      body.append(",\"aggs\":").append(aggs.named(2));
    }
    if (oneIn(10)) {
      body.append(",\"post_filter\":").append(query(1));
    }
    body.append(oneIn(3) ? sorted() : "");
    if (oneIn(6)) {
      body.append(
          ",\"highlight\":{\"fields\":{\"%s\":{}},\"require_field_match\":%b%s}"
              .formatted(
                  pick("title", "body", "*"),
                  oneIn(2),
                  oneIn(2) ? ",\"highlight_query\":" + query(1) : ""));
    }
    if (oneIn(6)) {
      body.append(
          pick(
              ",\"fields\":[\"*\"]",
              ",\"fields\":[\"tag\",{\"field\":\"ts\",\"format\":\"epoch_millis\"}]",
              ",\"docvalue_fields\":[\"tag\",\"qty\"]",
              oneIn(4) ? ",\"docvalue_fields\":[\"*\"]" : "",
              oneIn(4) ? ",\"docvalue_fields\":[\"_id\"]" : "",
              oneIn(4) ? ",\"stored_fields\":[\"*\"]" : "",
              oneIn(4) ? ",\"stored_fields\":[\"_routing\"]" : "",
              ",\"stored_fields\":\"_none_\",\"_source\":false",
              ",\"_source\":[\"t*\"]",
              ",\"version\":true,\"seq_no_primary_term\":true"));
    }
    if (oneIn(12)) {
      body.append(
          ",\"rescore\":{\"window_size\":50,\"query\":{\"rescore_query\":%s}}".formatted(query(1)));
    }
    if (oneIn(30)) {
      body.append(hostileKey());
    }
    return body.append('}').toString();
  }

  private String sorted() {
    String sort =
        pick(
            "[{\"qty\":\"desc\"}]",
            "[\"tag\",{\"qty\":{\"order\":\"asc\",\"missing\":\"_last\"}}]",
            "[{\"comments.stars\":{\"order\":\"asc\",\"nested\":{\"path\":\"comments\",\"filter\":%s}}},\"qty\"]"
                .formatted(query(0)),
            "[{\"_geo_distance\":{\"loc\":[1,2],\"order\":\"asc\"}},\"qty\"]",
            "[\"price\",\"qty\"]",
            oneIn(4) ? "[{\"_id\":\"asc\"}]" : "[{\"qty\":{\"order\":\"asc\"}}]",
            oneIn(4) ? "[{\"_routing\":\"asc\"}]" : "[{\"ts\":\"desc\"},\"qty\"]");
    String collapse =
        oneIn(3)
            ? ",\"collapse\":{\"field\":\"need\",\"inner_hits\":{\"name\":\"i\",\"size\":90,\"sort\":[\"qty\"]}}"
            : "";
    return ",\"sort\":" + sort + collapse;
  }

  private String hostileKey() {
    return pick(
        ",\"explain\":true",
        ",\"profile\":true",
        ",\"suggest\":{\"s\":{\"text\":\"betaword\",\"term\":{\"field\":\"body\"}}}",
        ",\"suggest\":{\"s\":{\"prefix\":\"be\",\"completion\":{\"field\":\"done\"}}}",
        ",\"script_fields\":{\"x\":{\"script\":\"doc['qty'].value\"}}",
        ",\"indices_boost\":[{\"orders\":2.0}]",
        ",\"indices_boost\":[{\"all-orders\":2.0}]",
        ",\"ext\":{\"x\":{}}",
        ",\"search_pipeline\":\"p\"",
        ",\"derived\":{\"x\":{\"type\":\"keyword\",\"script\":\"emit('a')\"}}",
        ",\"pit\":{\"id\":\"abc\"}",
        ",\"unknown\":1");
  }

  String query(int depth) {
    return depth > 0 && oneIn(2) ? new Queried(this).compound(depth) : new Queried(this).leaf();
  }

  String word() {
    return switch (random.nextInt(4)) {
      case 0 -> "betaword" + random.nextInt(10);
      case 1 -> "acmeword" + random.nextInt(10);
      default -> pick(WORDS);
    };
  }

  String tag() {
    return pick("betatag1", "betatag2", "acmetag1", "acmetag2", pick(WORDS));
  }

  String id() {
    return pick(
        Integer.toString(random.nextInt(DOCUMENTS)),
        "beta:" + random.nextInt(DOCUMENTS),
        "acme:" + random.nextInt(DOCUMENTS));
  }

  int number(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  String pick(String... of) {
    return of[random.nextInt(of.length)];
  }
}
