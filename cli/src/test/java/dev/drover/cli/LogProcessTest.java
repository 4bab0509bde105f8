package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.engine.Ports;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server logs, as the environment says.
final class LogProcessTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private Path config() throws Exception {
    return Files.writeString(
        directory.resolve("drover.yaml"),
        """
        server:
          listen: 127.0.0.1:%d
          store: 127.0.0.1:%d
        homes:
          - name: blue
            host: 127.0.0.1
            port: 1
        scopes:
          - prefix: "app:"
            home: blue
        """
            .formatted(Ports.free(), Ports.free()));
  }

  /// The lines of a server that has started and was stopped.
  private List<String> logged(String format) throws Exception {
    Path log = directory.resolve("log." + format);
    ProcessBuilder builder =
        new ProcessBuilder(Ran.process(List.of(), "server", "-c", config().toString()))
            .redirectError(log.toFile());
    builder.environment().putAll(Map.of("DROVER_LOG_FORMAT", format, "DROVER_LOG", "Info"));
    Process server = builder.start();
    try (BufferedReader out = server.inputReader()) {
      assertThat(out.readLine()).as("%s", Files.readString(log)).contains("is ready");
    } finally {
      server.destroy();
      assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).isNotEmpty();
    return lines;
  }

  @Test
  void linesBeginWithDateTimeAndZone() throws Exception {
    assertThat(logged("text"))
        .allMatch(
            line ->
                line.matches(
                    "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}(Z|[+-]\\d{2}:\\d{2})"
                        + " (INFO|WARN|ERROR) +\\w+: .*"));
  }

  @Test
  void asJsonEachLineIsAnObject() throws Exception {
    for (String each : logged("json")) {
      Json line = Json.parse(each.getBytes(StandardCharsets.UTF_8));
      assertThat(Instant.parse(line.text("time"))).isBefore(Instant.now());
      assertThat(line.text("level")).isIn("INFO", "WARN", "ERROR");
      assertThat(line.text("logger")).startsWith("dev.drover.");
      assertThat(line.text("message")).isNotEmpty();
    }
  }

  @Test
  void aLevelOrFormatThatDoesNotExistStartsNothing() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of("DROVER_LOG", "loud", "DROVER_LOG_FORMAT", "xml").entrySet()) {
      Ran wrong =
          Ran.ofProcess(
              directory,
              Map.ofEntries(each),
              Ran.process(List.of(), "server", "-c", config().toString()).toArray(String[]::new));
      assertThat(wrong.exit()).isEqualTo(Exit.USAGE);
      assertThat(wrong.err()).contains(each.getKey() + " is '" + each.getValue() + "'", "one of");
      assertThat(wrong.out()).isEmpty();
    }
    Ran help =
        Ran.ofProcess(
            directory,
            Map.of("DROVER_LOG", "loud"),
            Ran.process(List.of(), "--help").toArray(String[]::new));
    assertThat(help.exit()).isZero();
  }
}
