package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.rewrite.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a by-query request tells that could not do all.
class ByQueryCountsTest {
  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void whoeverIsToldThatItIsUnavailableMayTryAgain() {
    assertThat(AnswerHead.json(503).headers()).containsKey("retry-after");
    assertThat(AnswerHead.json(400).headers()).doesNotContainKey("retry-after");
  }

  @Test
  void aPageOfAllShardsIsWhole() {
    assertThatCode(
            () ->
                new ByQueryCounts(true)
                    .checkWhole(json("{\"timed_out\":false,\"_shards\":{\"failed\":0}}")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"timed_out\":true}", "{\"_shards\":{\"failed\":1}}"})
  void aPageThatLeavesSomethingOutEndsIt(String answer) {
    var counts = new ByQueryCounts(true);
    assertThatThrownBy(() -> counts.checkWhole(json(answer)))
        .isInstanceOfSatisfying(
            Refused.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(new String(e.body(), java.nio.charset.StandardCharsets.UTF_8))
                  .contains(Refused.RETRY, "nothing was done");
            });
    assertThat(counts.batch(json("[{\"update\":{\"status\":200,\"result\":\"updated\"}}]"), false))
        .isTrue();
    assertThatThrownBy(() -> counts.checkWhole(json(answer)))
        .isInstanceOfSatisfying(
            Refused.class,
            e ->
                assertThat(new String(e.body(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains(Refused.UNKNOWN, "1 updated")
                    .doesNotContain("nothing was done"));
  }
}
