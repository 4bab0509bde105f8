package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateScriptTest {
  private static boolean mayDelete(String body) {
    return UpdateScript.mayDelete(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'script':'ctx._source.n += 1'}",
        "{'script':{'source':'ctx._source.n = params.n; ctx . _source.op = 1','params':{'n':1}}}",
        "{'script':{'source':'ctx._source.at = ctx._now','lang':'painless'}}",
        "{'doc':{},'script':{'source':''}}"
      })
  void aScriptThatNeverReachesOpDeletesNothing(String body) {
    assertThat(mayDelete(body)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'script':'ctx.op = params.op'}",
        "{'script':'ctx[params.k] = params.v'}",
        "{'script':'def c = ctx; c.put(params.k, params.v)'}",
        "{'script':'ctx._source.n += 1; Map m = (Map)ctx; m.op = params.v'}",
        "{'script':'ctx._sources.n = 1'}",
        "{'script':'ctx?.op'}",
        "{'script':{'id':'stored'}}",
        "{'script':{'source':'1','lang':'expression'}}",
        "{'script':{}}",
        "{}",
        "nothing"
      })
  void whatIsNotKnownToDeleteNothingMayDelete(String body) {
    assertThat(mayDelete(body)).isTrue();
  }
}
