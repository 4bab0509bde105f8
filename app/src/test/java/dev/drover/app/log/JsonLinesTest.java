package dev.drover.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.drover.app.client.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  private final LoggerContext context = new LoggerContext();

  private String line(String message, Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("dev.drover.X"), Level.WARN, message, thrown, new Object[] {"v"});
    event.setInstant(Instant.parse("2026-11-30T04:05:06Z"));
    return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void aLineIsOneObject() throws Exception {
    String text = line("a \"quoted\" {}\nin two lines", new IllegalStateException("why"));
    assertThat(text).endsWith("}\n").containsOnlyOnce("\n");
    Json line = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    assertThat(line.text("time")).isEqualTo("2026-11-30T04:05:06.000Z");
    assertThat(line.text("level")).isEqualTo("WARN");
    assertThat(line.text("logger")).isEqualTo("dev.drover.X");
    assertThat(line.text("message")).isEqualTo("a \"quoted\" v\nin two lines");
    assertThat(line.text("error")).startsWith("java.lang.IllegalStateException: why\n\tat ");
  }

  @Test
  void onlyLevelsAndFormatsThatExistAreTaken() {
    assertThat(Variable.fault(Map.of())).isEmpty();
    assertThat(Variable.fault(Map.of("DROVER_LOG", "", "DROVER_LOG_FORMAT", ""))).isEmpty();
    assertThat(Variable.fault(Map.of("DROVER_LOG", "WARN", "DROVER_LOG_FORMAT", "json"))).isEmpty();
    assertThat(Variable.fault(Map.of("DROVER_LOG", "verbose")))
        .hasValueSatisfying(fault -> assertThat(fault).contains("'verbose'", "debug"));
    assertThat(Variable.fault(Map.of("DROVER_LOG_FORMAT", "xml"))).isPresent();
  }
}
