package dev.drover.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.app.demo.Demo;
import dev.drover.app.demo.DemoOptions;
import dev.drover.engine.demo.SampleContent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sample engine is shown as any other is.
@Tag("alone")
class SampleDemoTest {
  private static final int KEYS = 500;

  private static String shown(boolean json) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    DemoOptions options = new DemoOptions(new MapPlug(), KEYS, 3, 1, Optional.empty(), json, false);
    boolean well =
        new Demo(
                options, Terminal.of(new PrintStream(said, true, StandardCharsets.UTF_8), Map.of()))
            .run();
    String text = said.toString(StandardCharsets.UTF_8);
    assertThat(well).as(text).isTrue();
    return text;
  }

  @Test
  void aMapMovesThereAndBackAndNothingIsLost() throws Exception {
    Json result = Json.parse(shown(true).getBytes(StandardCharsets.UTF_8));
    assertThat(result.text("homes")).isEqualTo("maps");
    assertThat(result.number("writesAcknowledged")).isGreaterThan(100);
    assertThat(result.number("reads")).isGreaterThan(100);
    assertThat(result.number("refused")).isZero();
    assertThat(result.items("moves"))
        .hasSize(2)
        .allMatch(each -> each.get("certificate").has("proof"))
        .allMatch(each -> each.get("move").get("progress").number("itemsCompared") >= KEYS);
  }

  @Test
  void itIsToldInTheEnginesWords() throws Exception {
    assertThat(shown(false))
        .contains(
            "starting two servers of maps, a drover server and two gateways",
            "writing 500 entries to maps",
            "moving orders to green",
            "entries read again               500",
            "nothing was lost")
        .doesNotContainIgnoringCase("redis")
        .doesNotContain("scope");
  }

  @Test
  void anEntryThatIsWrongOrGoneIsFound(@TempDir Path directory) throws Exception {
    SampleContent content = new MapDemoKit().content(20);
    try (MapServer home = MapServer.start(0, directory)) {
      content.fill(home.port());
      assertThat(content.check(home.port()).wrong()).isZero();
      MapHome past = LocalMaps.at(home.port());
      String _ = past.ask("PUT", "/map/orders/e3", "other");
      String _ = past.ask("DELETE", "/map/orders/e4", "");
      assertThat(content.check(home.port()).names()).containsExactly("e3", "e4");
    }
  }
}
