package dev.drover.opensearch.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.rewrite.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FilterPathTest {
  private static final String ANSWER =
      "{\"took\":1,\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":201}},{\"create\":{\"_id\":\"2\",\"status\":409,\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}";

  private static String left(String filter) throws Refused {
    ObjectNode answer = (ObjectNode) JsonMapper.shared().readTree(ANSWER);
    FilterPath.parse(filter).apply(answer);
    return answer.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "took|{\"took\":1}",
        "took,errors|{\"took\":1,\"errors\":true}",
        "items|{\"items\":[{\"index\":{\"_id\":\"1\",\"status\":201}},{\"create\":{\"_id\":\"2\",\"status\":409,\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}",
        "items.*.error|{\"items\":[{\"create\":{\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}",
        "items.*.sta*s|{\"items\":[{\"index\":{\"status\":201}},{\"create\":{\"status\":409}}]}",
        "**.type|{\"items\":[{\"create\":{\"error\":{\"type\":\"t\"}}}]}",
        "**.**.type|{\"items\":[{\"create\":{\"error\":{\"type\":\"t\"}}}]}",
        "items.**.create.**.type|{\"items\":[{\"create\":{\"error\":{\"type\":\"t\"}}}]}",
        "**.error.**|{\"items\":[{\"create\":{\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}",
        "-items|{\"took\":1,\"errors\":true}",
        "-items.*._id,-**.error,-took|{\"errors\":true,\"items\":[{\"index\":{\"status\":201}},{\"create\":{\"status\":409}}]}",
        "items,-items.index|{\"items\":[{\"create\":{\"_id\":\"2\",\"status\":409,\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}",
        "nothing|{}",
        "took.more|{}",
        "*|{\"took\":1,\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":201}},{\"create\":{\"_id\":\"2\",\"status\":409,\"error\":{\"type\":\"t\",\"reason\":\"r\"}}}]}"
      })
  void whatIsLeft(String filter, String left) throws Exception {
    assertThat(left(filter)).isEqualTo(left);
  }

  /// These took all of the memory, or hours.
  @Test
  void noFilterIsDear() throws Exception {
    assertThat(left("**.".repeat(800) + "Z")).isEqualTo("{}");
    assertThat(left("items." + "*".repeat(3_000) + "Z")).isEqualTo("{}");
    assertThat(left("items." + "*a".repeat(1_500) + "Z")).isEqualTo("{}");
    assertThat(left(("*x*y".repeat(5) + ",").repeat(150) + "took")).isEqualTo("{\"took\":1}");
    assertThatThrownBy(() -> left("a,".repeat(300) + "b")).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> left("a".repeat(5_000))).isInstanceOf(Refused.class);
  }
}
