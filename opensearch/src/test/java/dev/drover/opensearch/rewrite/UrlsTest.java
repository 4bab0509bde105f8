package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.tenant.Locator.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// A URL is read once and in one way, and each of its parts is known.
class UrlsTest {
  @Test
  void aPathIsDecodedOnceAndBuiltAnew() throws Exception {
    assertThat(Paths.decode("/")).isEmpty();
    assertThat(Paths.decode("/orders/_doc/a%2Fb%252F+%C3%A9"))
        .containsExactly("orders", "_doc", "a/b%2F+é");
    assertThat(Paths.encode(List.of("orders", "_doc", "a/b%2F+é ?#;")))
        .isEqualTo("/orders/_doc/a%2Fb%252F%2B%C3%A9%20%3F%23%3B");
    assertThat(Paths.encode(List.of())).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "orders",
        "//orders",
        "/orders//_doc",
        "/orders/",
        "/orders/../beta",
        "/orders/%2e%2E/beta",
        "/./orders",
        "/orders/_doc/%",
        "/orders/_doc/%4",
        "/orders/_doc/%zz",
        "/orders/_doc/%-1",
        "/orders/_doc/%00",
        "/orders/_doc/%FF",
        "/orders/_doc/%C0%AF",
        "/orders/_doc/%ED%A0%80",
        "/orders/_doc/a b",
        "/orders/_doc/a\u0001",
        "/orders/_doc/é",
        "/orders/_doc/%\uFF14\uFF11",
        "/orders/_doc/a#b",
        "/orders/_doc/a\\b",
        "/1/2/3/4/5/6/7/8/9"
      })
  void aPathThatCouldBeReadInTwoWaysIsRefused(String path) {
    assertThatThrownBy(() -> Paths.decode(path)).isInstanceOf(Refused.class);
  }

  @Test
  void whatIsEncodedIsDecodedToTheSame() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String part =
          random
              .ints(1 + random.nextInt(12), 1, 0x2FFF)
              .mapToObj(Character::toString)
              .reduce("x", String::concat);
      assertThat(Paths.decode(Paths.encode(List.of("a", part)))).containsExactly("a", part);
      assertThat(QueryStrings.decode(QueryStrings.encode(Map.of(part, part))))
          .containsExactly(Map.entry(part, part));
    }
  }

  @Test
  void parametersAreDecodedWithAPlusAsASpace() throws Exception {
    assertThat(QueryStrings.decode("q=a+b%2Bc&pretty&size=3&"))
        .containsExactly(Map.entry("q", "a b+c"), Map.entry("pretty", ""), Map.entry("size", "3"));
    assertThat(QueryStrings.decode("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=1&a=2", "a=1&%61=2", "a=1;b=2", "=1", "a=%ff", "a=%", "a=b c"})
  void parametersThatCouldBeReadInTwoWaysAreRefused(String raw) {
    assertThatThrownBy(() -> QueryStrings.decode(raw)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /orders/_doc/1, DOC_GET",
    "HEAD, /orders/_doc/_search, DOC_EXISTS",
    "POST, /orders/_doc, DOC_ADD",
    "PUT, /orders/_create/1, CREATE",
    "POST, /orders/_update/1, UPDATE",
    "POST, /_bulk, BULK",
    "GET, /_search, SEARCH",
    "POST, /orders/_search, SEARCH",
    "POST, /orders/_search/point_in_time, PIT_CREATE",
    "DELETE, /_search/point_in_time, PIT_DELETE",
    "DELETE, /_search/scroll, SCROLL_DELETE",
    "GET, /_search/scroll/abc, SCROLL",
    "GET, /orders/_validate/query, VALIDATE",
    "GET, /orders, INDEX_GET",
    "HEAD, /, INFO",
    "GET, /_cluster/health/orders, HEALTH"
  })
  void aRequestIsKnownByItsMethodAndPath(String method, String path, Endpoint endpoint)
      throws Exception {
    assertThat(Endpoints.match(method, Paths.decode(path)).endpoint()).isEqualTo(endpoint);
  }

  @Test
  void aMatchNamesTheIndexAndTheId() throws Exception {
    assertThat(Endpoints.match("GET", Paths.decode("/orders/_doc/a%2Fb")))
        .isEqualTo(
            new Endpoints.Match(
                Endpoint.DOC_GET, Optional.of("orders"), Optional.of("a/b"), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "PATCH, /orders/_doc/1, 405",
    "PUT, /orders/_search, 405",
    "GET, /_cat/indices, 501",
    "POST, /_reindex, 501",
    "DELETE, /_search/point_in_time/_all, 501",
    "GET, /_all/_search, 400",
    "GET, /orders/_doc/1/x, 501"
  })
  void whatIsNotOfferedIsRefused(String method, String path, int status) throws Exception {
    List<String> parts = Paths.decode(path);
    assertThatThrownBy(() -> Endpoints.match(method, parts))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void parametersAreSortedByWhatBecomesOfThem() throws Exception {
    UrlParameters sorted =
        UrlParameters.of(
            Endpoint.SEARCH,
            Views.at(Kind.SHARED),
            QueryStrings.decode("q=a&size=3&scroll=1m&preference=_local&pretty"));
    assertThat(sorted.pass()).containsOnlyKeys("size", "preference");
    assertThat(sorted.handled()).containsOnlyKeys("q", "scroll", "pretty");
  }

  @ParameterizedTest
  @CsvSource({
    "SEARCH, SHARED, routing=a, 403",
    "SEARCH, SHARED, search_pipeline=p, 403",
    "SEARCH, INDEX, search_pipeline=p, 403",
    "SEARCH, SHARED, preference=_only_nodes:x, 403",
    "SEARCH, INDEX, preference=_shards:0, 403",
    "SEARCH, SHARED, sort=_id:desc, 403",
    "SEARCH, SHARED, 'docvalue_fields=a,*', 403",
    "SEARCH, SHARED, stored_fields=_rout*, 403",
    "SEARCH, INDEX, docvalue_fields=_index, 403",
    "SEARCH, SHARED, explain=true, 403",
    "SEARCH, SHARED, suggest_field=a, 403",
    "SEARCH, SHARED, format=yaml, 406",
    "SEARCH, SHARED, nonsense=1, 400",
    "SEARCH, CLUSTER, index=other, 400",
    "DOC_PUT, INDEX, pipeline=p, 403",
    "DOC_PUT, SHARED, require_alias=true, 403",
    "VALIDATE, SHARED, rewrite=true, 403",
    "TERMVECTORS, SHARED, term_statistics=true, 403",
    "DELETE_BY_QUERY, INDEX, wait_for_completion=false, 403",
    "HEALTH, INDEX, level=indices, 403"
  })
  void aParameterThatATenantCannotUseIsNamed(Endpoint endpoint, Kind kind, String raw, int status)
      throws Exception {
    Map<String, String> parameters = QueryStrings.decode(raw);
    assertThatThrownBy(() -> UrlParameters.of(endpoint, Views.at(kind), parameters))
        .isInstanceOfSatisfying(
            Refused.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.reason()).contains(parameters.keySet().iterator().next());
            });
  }

  @ParameterizedTest
  @CsvSource({
    "SEARCH, INDEX, routing=a",
    "SEARCH, CLUSTER, search_pipeline=p",
    "SEARCH, CLUSTER, preference=_only_nodes:x",
    "SEARCH, INDEX, sort=_id:desc",
    "DOC_PUT, SHARED, pipeline=_none",
    "SEARCH, SHARED, explain=false",
    "HEALTH, CLUSTER, level=cluster",
    "DELETE_BY_QUERY, SHARED, wait_for_completion=true"
  })
  void aParameterThatHarmsNobodyPasses(Endpoint endpoint, Kind kind, String raw) throws Exception {
    UrlParameters sorted = UrlParameters.of(endpoint, Views.at(kind), QueryStrings.decode(raw));
    assertThat(sorted.pass().size() + sorted.handled().size()).isEqualTo(1);
  }

  @Test
  void sharedIndicesAreClosedToWhatBelongsToAllOfTheirTenants() {
    assertThatThrownBy(() -> Endpoint.INDEX_DELETE.check(Kind.SHARED, Switches.NONE))
        .hasMessageContaining("[/{index}]");
    assertThatThrownBy(() -> Endpoint.FIELD_CAPS.check(Kind.SHARED, Switches.NONE))
        .isInstanceOf(Refused.class);
  }

  @Test
  void anErrorIsWrittenAsOpenSearchDoes() {
    Refused refused = Refused.isolation("the key [\"x\"\uD800] is refused");
    assertThat(JsonMapper.shared().readTree(refused.body()).toString())
        .isEqualTo(
            "{\"error\":{\"root_cause\":[{\"type\":\"drover_refused\",\"reason\":\"the key [\\\"x\\\"?] is refused\"}],"
                + "\"type\":\"drover_refused\",\"reason\":\"the key [\\\"x\\\"?] is refused\"},\"status\":403}");
  }
}
