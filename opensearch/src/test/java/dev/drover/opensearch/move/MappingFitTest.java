package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// What has to be the same at an index that a tenant comes to.
class MappingFitTest {
  private static IndexLook index(String properties, String settings) {
    return new IndexLook(
        "i",
        JsonMapper.shared()
            .readTree(
                "{\"mappings\":{\"properties\":{%s}},\"settings\":{%s}}"
                    .formatted(properties, settings)));
  }

  private static List<String> conflicts(IndexLook from, IndexLook to) {
    return MappingFit.conflicts(from.mappings(), from, to);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\":{\"type\":\"text\"}|\"a\":{\"type\":\"keyword\"}|field 'a' has type 'keyword' there and 'text'",
        "\"a\":{\"type\":\"text\",\"copy_to\":[\"b\"]}|\"a\":{\"type\":\"text\"}|field 'a' has copy_to 'default' there and 'b'",
        "\"a\":{\"type\":\"text\",\"similarity\":\"boolean\"}|\"a\":{\"type\":\"text\"}|has similarity",
        "\"a\":{\"dynamic\":\"false\",\"properties\":{}}|\"a\":{\"properties\":{}}|has dynamic",
        "\"a\":{\"type\":\"long\",\"coerce\":false}|\"a\":{\"type\":\"long\"}|has coerce",
        "\"a\":{\"properties\":{\"b\":{\"type\":\"long\"}}}|\"a\":{\"properties\":{\"b\":{\"type\":\"date\"}}}|field 'a.b' has type",
        "\"a\":{\"type\":\"text\",\"fields\":{\"k\":{\"type\":\"keyword\"}}}|\"a\":{\"type\":\"text\"}|it has no field 'a.k'"
      })
  void whatIsOtherwiseIsNamed(String mine, String theirs, String told) {
    assertThat(conflicts(index(mine, ""), index(theirs, "")).toString()).contains(told);
  }

  @Test
  void whatChangesNothingIsLeftAlone() {
    IndexLook mine =
        index(
            "\"a\":{\"type\":\"keyword\",\"store\":true,\"meta\":{\"unit\":\"ms\"},\"copy_to\":\"b\"},\"b\":{\"type\":\"long\"}",
            "\"index.analysis.analyzer.unused.type\":\"simple\"");
    IndexLook theirs =
        index(
            "\"a\":{\"type\":\"keyword\",\"copy_to\":[\"b\"]},\"b\":{\"type\":\"long\"},\"c\":{\"type\":\"date\"}",
            "");
    assertThat(conflicts(mine, theirs)).isEmpty();
  }

  /// An analyzer of the same name can be another one, also by a filter that it names.
  @Test
  void whatANameMeansIsCompared() {
    String field = "\"a\":{\"type\":\"text\",\"analyzer\":\"own\"}";
    String analyzer =
        "\"index.analysis.analyzer.own.tokenizer\":\"standard\",\"index.analysis.analyzer.own.filter\":[\"lowercase\",\"words\"],";
    IndexLook mine =
        index(field, analyzer + "\"index.analysis.filter.words.stopwords\":\"_none_\"");
    IndexLook theirs =
        index(field, analyzer + "\"index.analysis.filter.words.stopwords\":\"_english_\"");
    assertThat(conflicts(mine, theirs))
        .containsExactly("analyzer 'own' is defined otherwise there");
    assertThat(conflicts(mine, mine)).isEmpty();
    IndexLook simple = index(field, "\"index.analysis.analyzer.own.type\":\"simple\"");
    assertThat(conflicts(mine, simple)).isNotEmpty();
    IndexLook usual = index("\"a\":{\"type\":\"text\"}", "");
    IndexLook changed =
        index("\"a\":{\"type\":\"text\"}", "\"index.analysis.analyzer.default.type\":\"simple\"");
    assertThat(conflicts(usual, changed)).hasSize(1);
  }
}
