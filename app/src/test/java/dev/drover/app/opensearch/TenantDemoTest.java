package dev.drover.app.opensearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.app.demo.Demo;
import dev.drover.app.demo.DemoOptions;
import dev.drover.engine.Plugs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The demo of tenants, with few documents: three tenants move between clusters and kinds of
/// places.
@Tag("alone")
class TenantDemoTest {
  @Test
  void threeTenantsMoveAndNothingIsLost() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    DemoOptions options =
        new DemoOptions(Plugs.of("opensearch"), 10_000, 3, 1, Optional.empty(), true, false);
    boolean well =
        new Demo(
                options, Terminal.of(new PrintStream(said, true, StandardCharsets.UTF_8), Map.of()))
            .run();
    String text = said.toString(StandardCharsets.UTF_8);
    assertThat(well).as(text).isTrue();
    Json result = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    assertThat(result.text("homes")).startsWith("OpenSearch 3.8");
    assertThat(result.number("writesAcknowledged")).isGreaterThan(100);
    assertThat(result.number("refused")).as(text).isZero();
    assertThat(result.items("moves"))
        .hasSize(6)
        .allMatch(each -> each.get("certificate").has("proof"));
  }
}
