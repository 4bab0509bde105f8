package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A gateway whose process is stopped (SIGSTOP) while a move waits for it.
@Timeout(180)
class StoppedGatewayTest {
  @TempDir Path directory;

  @Test
  void itIsNamedWithTheTimeAtWhichItsLeaseEnds() throws Exception {
    try (Machine machine = new Machine(directory)) {
      machine.signal("g2", "STOP");
      machine.move("b", "");
      // Until the other one has confirmed, it is named instead.
      Machine.await("explain to name it", () -> said(machine).startsWith("gateway g2"));
      assertThat(said(machine))
          .startsWith("gateway g2 to confirm Draining (since ")
          .containsPattern(
              "until \\d\\d:\\d\\d:\\d\\d at the latest, then its long lease has ended")
          .contains("If gateway g2 has hung or died, its long lease (60 s) ends by itself")
          .contains("To end it now, stop its process")
          .doesNotContain("gateway g1");
      assertThat(Text.waits(json(machine, "/v1/status").items("moves").getFirst()))
          .contains(said(machine));
      machine.signal("g2", "CONT");
      assertThat(machine.settled().ownership().reads().home().value()).isEqualTo("b");
      Machine.await(
          "rest",
          () ->
              json(machine, "/v1/explain?partition=app%3A")
                  .text("situation")
                  .equals("is at b; no move is running"));
    }
  }

  private static String said(Machine machine) throws Exception {
    List<String> waits = Text.waits(json(machine, "/v1/explain?partition=app%3A"));
    return waits.stream().filter(line -> line.startsWith("gateway ")).findFirst().orElse("");
  }

  private static Json json(Machine machine, String path) throws Exception {
    return Json.parse(machine.get(path).getBytes(StandardCharsets.UTF_8));
  }
}
