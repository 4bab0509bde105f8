package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.app.demo.DemoFleet;
import dev.drover.app.demo.DemoSubject;
import dev.drover.redis.plug.RedisPlug;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `drover move` as a process: what it says while it waits, and when it stops waiting.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MoveProcessTest {
  private static final int KEYS = 6_000;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private DemoFleet fleet;

  @SuppressWarnings("NullAway.Init")
  private String config;

  @SuppressWarnings("NullAway.Init")
  private String scope;

  @BeforeAll
  void fleet() throws Exception {
    fleet = DemoFleet.start(DemoSubject.of(new RedisPlug()), Optional.empty(), false);
    scope = fleet.partition().name();
    config = fleet.directory().resolve("drover.yaml").toString();
    try (RespConnection blue = RedisBinary.connect(fleet.bluePort())) {
      for (int i = 0; i < KEYS; i++) {
        blue.call("SET", scope + i, "v" + i);
      }
    }
  }

  @AfterAll
  void end() {
    fleet.close();
  }

  private String[] move(String to, String rate, String... more) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("move", scope, "--to", to, "--rate", rate, "-c", config));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] moveSlowly(String... more) {
    return move("green", "1000/s", more);
  }

  /// Where the scope is, once nothing is under way.
  private void abort() throws Exception {
    Ran abort = Ran.of("abort", scope, "-c", config);
    assertThat(abort.exit()).as(abort.err()).isZero();
    while (!fleet.client().json("/v1/status").items("moves").isEmpty()) {
      Thread.sleep(50);
    }
  }

  @Test
  void aMoveGoesOnWithoutTheOneWhoWaits() throws Exception {
    Ran waited = Ran.of(moveSlowly("--timeout", "500ms", "--json"));
    assertThat(waited.exit()).as(waited.err()).isEqualTo(Exit.WAITED);
    Json error = Json.parse(waited.out().getBytes(StandardCharsets.UTF_8));
    assertThat(error.number("exit")).isEqualTo(Exit.WAITED);
    assertThat(waited.err())
        .contains("waited for 500ms", "goes on", "drover explain", "drover abort");
    assertThat(fleet.client().json("/v1/moves/" + error.text("move")).text("state"))
        .isEqualTo("Draining");
    abort();
  }

  @Test
  void anInterruptedMoveSaysThatItGoesOn() throws Exception {
    for (boolean json : new boolean[] {false, true}) {
      Path out = directory.resolve("out-" + json);
      Path err = directory.resolve("err-" + json);
      // Who runs the tests in the background may have made them deaf to an interrupt.
      List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
      command.addAll(Ran.process(List.of(), json ? moveSlowly("--json") : moveSlowly()));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      while (fleet.client().json("/v1/status").items("moves").isEmpty()) {
        assertThat(process.isAlive()).as("%s", err).isTrue();
        Thread.sleep(20);
      }
      // It has the answer by now, or has it in a moment.
      Thread.sleep(500);
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(Exit.INTERRUPTED);
      assertThat(err).content().contains("interrupted; move ", "goes on", "drover abort");
      if (json) {
        Json error = Json.parse(Files.readAllBytes(out));
        assertThat(error.number("exit")).isEqualTo(Exit.INTERRUPTED);
        assertThat(error.text("move")).isNotEmpty();
      }
      abort();
    }
  }

  /// A terminal is one by what the launcher says, so this one can be a file.
  @Test
  void progressFitsANarrowTerminalAndLeavesOneLine() throws Exception {
    Ran ran =
        Ran.ofProcess(
            directory,
            Map.of("COLUMNS", "40", "NO_COLOR", "1"),
            Ran.process(List.of("-Ddrover.terminal=true"), move("green", "6000/s"))
                .toArray(String[]::new));
    assertThat(ran.exit()).as(ran.err()).isZero();
    String[] lines = ran.out().split("\r\u001b\\[2K", -1);
    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(lines)
        .filteredOn(line -> !line.startsWith("moved"))
        .allMatch(line -> line.length() < 40);
    assertThat(lines[lines.length - 1]).startsWith("moved to green in ").contains("; certificate ");
    assertThat(ran.out()).containsOnlyOnce("\n").endsWith("\n");
    assertThat(Ran.of(move("blue", "unlimited")).exit()).isZero();
  }

  @Test
  void whatCannotBeWrittenIsTold() throws Exception {
    if (!Files.exists(Path.of("/dev/full"))) {
      return;
    }
    String command = String.join("' '", Ran.process(List.of(), "status", "-c", config));
    Ran full = Ran.ofProcess(directory, "sh", "-c", "'" + command + "' >/dev/full");
    assertThat(full.exit()).isEqualTo(Exit.UNWRITTEN);
    assertThat(full.err()).contains("could not be written to standard output");
    // A reader that has seen enough is no error to speak of.
    Ran gone =
        Ran.ofProcess(
            directory, "sh", "-c", "('" + command + "' --watch; echo $? >code) | head -n 1");
    assertThat(gone.err()).isEmpty();
    assertThat(directory.resolve("code")).content().isEqualTo(Exit.READER_GONE + "\n");
  }

  @Test
  void aShellCompletesScopesWithColons() throws Exception {
    Files.writeString(directory.resolve("completion"), Ran.of("completion", "bash").out());
    Files.writeString(
        directory.resolve("drover"),
        "#!/bin/sh\nexec '" + String.join("' '", Ran.process(List.of())) + "' \"$@\"\n");
    assertThat(directory.resolve("drover").toFile().setExecutable(true)).isTrue();
    assertThat(completed("./drover", "move", "app", ":", "bil")).isEqualTo("billing:");
    assertThat(completed("./drover", "move", "app", ":", "billing", ":", "--to", "g"))
        .isEqualTo("green");
    assertThat(completed("./drover", "strays", "k")).isEqualTo("keep");
    assertThat(completed("./drover", "gateway", "g")).isEqualTo("g1 g2");
  }

  /// What bash would offer for words that it has split at blanks and colons.
  private String completed(String... words) throws Exception {
    String line = String.join(" ", words).replace(" :", ":").replace(": bil", ":bil");
    Ran ran =
        Ran.ofProcess(
            directory,
            Map.of("DROVER_CONFIG", config),
            "bash",
            "-c",
            "source ./completion; COMP_LINE='%s'; COMP_WORDS=(%s); COMP_CWORD=%d; compopt() { :; };"
                    .formatted(line, "'" + String.join("' '", words) + "'", words.length - 1)
                + " _drover_complete; echo \"${COMPREPLY[*]}\"");
    assertThat(ran.err()).isEmpty();
    return ran.out().strip();
  }
}
