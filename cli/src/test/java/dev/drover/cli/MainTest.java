package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.ServerProcess;
import dev.drover.app.client.Json;
import dev.drover.app.config.ConfigReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MainTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private static Ran run(String... arguments) {
    return Ran.of(arguments);
  }

  private Path config(int port) throws Exception {
    String text =
        """
          server:
            listen: 127.0.0.1:%d
            store: 127.0.0.1:0
            data: data
            token: hush
          homes:
            - name: blue
              host: 127.0.0.1
              port: 1
            - name: green
              host: 127.0.0.1
              port: 2
          scopes:
            - prefix: "app:"
              home: blue
          """
            .formatted(port);
    return Files.writeString(directory.resolve("drover.yaml"), text);
  }

  @Test
  void noSimulationIsPlayedOfWhatAnEngineDoesNotHave() {
    Ran none = run("sim", "--engine", "opensearch", "--profile", "nesting");
    assertThat(none.exit()).isEqualTo(Exit.USAGE);
    assertThat(none.err()).contains("no profile nesting of it");
  }

  @Test
  void everyCommandExplainsItself() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      Ran help = run(command.getCommandName(), "--help");
      assertThat(help.exit()).as(command.getCommandName()).isZero();
      assertThat(help.out()).contains("Usage: drover " + command.getCommandName());
    }
    assertThat(run("--help").out()).contains("Exit codes").contains("drover demo");
    assertThat(run("--version").out()).startsWith("drover ");
    assertThat(run("strays", "keep", "--version").out()).startsWith("drover ");
  }

  @Test
  void whatCannotBeMeantIsUsage() {
    Ran wrong = run("mov");
    assertThat(wrong.exit()).isEqualTo(Exit.USAGE);
    assertThat(run("mvoe", "app:", "--to", "green").exit()).isEqualTo(Exit.USAGE);
    assertThat(wrong.err())
        .isEqualTo("drover: there is no command 'drover mov'\n  did you mean 'drover move'?\n");
    assertThat(run("move", "app:").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("strays", "brng").err()).contains("did you mean 'drover strays bring'?");
    assertThat(run("status", "--jsn").err()).contains("did you mean '--json'?");
    assertThat(run("move", "app:", "--too", "green").err()).contains("did you mean '--to'?");
    assertThat(run("move", "app:", "--no-wit", "--to", "x").err()).contains("no option '--no-wit'");
    assertThat(run("homes", "blue").err()).contains("was given 'blue'").contains("--help");
    assertThat(run("xyz").err()).doesNotContain("did you mean");
  }

  @Test
  void aWrongCommandLineIsToldAsJsonToo() throws Exception {
    Ran wrong = run("move", "app:", "--too", "green", "--json");
    assertThat(wrong.exit()).isEqualTo(Exit.USAGE);
    Json error = Json.parse(wrong.out().getBytes(StandardCharsets.UTF_8));
    assertThat(error.text("error")).isEqualTo("'drover move' has no option '--too'");
    assertThat(error.text("advice")).isEqualTo("did you mean '--to'?");
    assertThat(error.number("exit")).isEqualTo(Exit.USAGE);
    for (String each : List.of("status", "homes", "history", "certificate", "strays")) {
      Ran missing = run(each, "--json", "-c", directory.resolve("none.yaml").toString());
      assertThat(missing.exit()).as(each).isEqualTo(Exit.USAGE);
      assertThat(Json.parse(missing.out().getBytes(StandardCharsets.UTF_8)).has("error")).isTrue();
    }
  }

  @Test
  void everyCommandThatTalksToAServerTakesATimeLimit() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String file = config(silent.getLocalPort()).toString();
      for (List<String> each :
          List.of(
              List.of("status"),
              List.of("strays", "drop", "m"),
              List.of("partitions", "drop", "app:"),
              List.of("abort", "app:"),
              List.of("move", "app:", "--to", "green"))) {
        List<String> arguments = new ArrayList<>(each);
        arguments.addAll(List.of("--timeout", "50ms", "-c", file));
        Ran silence = run(arguments.toArray(String[]::new));
        assertThat(silence.exit()).as(each.toString()).isEqualTo(Exit.UNREACHABLE);
        assertThat(silence.err()).contains("did not answer in time");
      }
    }
    assertThat(run("status", "--timeout", "soon", "-c", config(1).toString()).exit())
        .isEqualTo(Exit.USAGE);
  }

  private static void ownerOnly(Path file) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void initWritesAFileThatIsSoundAndNeverWritesOverOne() throws Exception {
    String file = directory.resolve("new.yaml").toString();
    assertThat(run("init", file).exit()).isZero();
    assertThat(Path.of(file)).exists().content().contains("\n  tokenFile: drover.token\n");
    assertThat(directory.resolve("drover-gateway.token")).exists();
    Path token = directory.resolve("drover.token");
    assertThat(token).content().hasSize(65);
    ownerOnly(token);
    assertThat(run("init", file).exit()).isEqualTo(Exit.FAILED);
    Ran status = run("status", "-c", file);
    assertThat(status.err()).doesNotContain("cannot be used");
    Ran nowhere = run("init", directory.resolve("none/new.yaml").toString());
    assertThat(nowhere.exit()).isEqualTo(Exit.FAILED);
    assertThat(nowhere.err()).contains("its directory does not exist").doesNotContain(".secret");
  }

  @Test
  void aMissingOrBrokenConfigurationIsToldWithWhatToDo() throws Exception {
    Ran missing = run("status", "-c", directory.resolve("none.yaml").toString());
    assertThat(missing.exit()).isEqualTo(Exit.USAGE);
    assertThat(missing.err()).contains("drover init");
    Path broken = Files.writeString(directory.resolve("broken.yaml"), "homse: 1\n");
    Ran told = run("server", "-c", broken.toString());
    assertThat(told.exit()).isEqualTo(Exit.USAGE);
    assertThat(told.err()).contains("broken.yaml:1: unknown key 'homse'").doesNotContain("\tat ");
  }

  @Test
  void aServerThatIsNotThereIsTold() throws Exception {
    Ran away = run("status", "-c", config(1).toString());
    assertThat(away.exit()).isEqualTo(Exit.UNREACHABLE);
    assertThat(away.err()).contains("cannot reach the drover server").contains("drover server");
    assertThat(away.err()).doesNotContain("hush");
  }

  @Test
  void commandsTalkToAServer() throws Exception {
    try (ServerProcess server = ServerProcess.start(ConfigReader.read(config(0)), Map.of())) {
      String file = config(server.apiPort()).toString();
      assertThat(run("status", "-c", file).out())
          .contains("server drover: 1 partition, 0 gateways, 0 moves under way, 0 queued");
      for (String each :
          List.of("status", "homes", "partitions", "gateways", "history", "strays")) {
        Ran listed = run(each, "--json", "-c", file);
        assertThat(listed.exit()).as(each).isZero();
        assertThat(listed.out().strip()).as(each).matches("(?s)[\\[{].*[\\]}]");
      }
      assertThat(run("partitions", "-c", file).out()).contains("app:").contains("Active");
      assertThat(run("homes", "-c", file).out()).contains("blue").contains("cannot connect");
      assertThat(run("explain", "app:", "-c", file).out())
          .contains("partition 'app:' is at blue; no move is running\n");
      Ran refused = run("move", "app:", "--to", "green", "-c", file);
      assertThat(refused.exit()).isEqualTo(Exit.FAILED);
      assertThat(refused.err()).startsWith("drover: ").doesNotContain("\tat ");
      Ran unknown = run("move", "app:", "--to", "red", "-c", file);
      assertThat(unknown.err()).contains("there is no home 'red'");
      Ran failed = run("move", "app:", "--to", "red", "--json", "-c", file);
      assertThat(failed.exit()).isEqualTo(Exit.FAILED);
      assertThat(failed.out()).startsWith("{").contains("\"error\":\"there is no home 'red'");
      assertThat(run("move", "app", "--to", "green", "-c", file).err())
          .contains("there is no partition 'app'; did you mean 'redis/app:'?");
      Ran rate = run("move", "app:", "--to", "green", "--rate", "fast", "-c", file);
      assertThat(rate.exit()).isEqualTo(Exit.USAGE);
      assertThat(run("certificate", "none", "-c", file).exit()).isEqualTo(Exit.FAILED);
      Ran still = run("abort", "app:", "-c", file);
      assertThat(still.err()).contains("does not move").contains("nothing was done");
      assertThat(still.exit()).isEqualTo(Exit.ALREADY);
      Ran there = run("move", "app:", "--to", "blue", "--json", "-c", file);
      assertThat(there.exit()).isEqualTo(Exit.ALREADY);
      assertThat(there.out()).contains("is at blue already").contains("\"exit\":4");
      assertThat(run("names", "partitions", "-c", file).out()).isEqualTo("app:\n");
      assertThat(run("names", "homes", "-c", file).out()).isEqualTo("blue\ngreen\n");
      assertThat(run("names", "moves", "-c", file).out()).isEmpty();
      assertThat(run("gateways", "forget", "g9", "-c", file).exit()).isEqualTo(Exit.FAILED);
      assertThat(run("strays", "-c", file).out()).contains("nothing is set aside");
      for (String decision : List.of("keep", "drop", "bring")) {
        Ran none = run("strays", decision, "m9", "-c", file);
        assertThat(none.exit()).isEqualTo(Exit.FAILED);
        assertThat(none.err()).contains("nothing is set aside of a move 'm9'");
      }
    }
  }

  @Test
  void aWrongTokenIsRefused() throws Exception {
    try (ServerProcess server = ServerProcess.start(ConfigReader.read(config(0)), Map.of())) {
      Path file = config(server.apiPort());
      Files.writeString(file, Files.readString(file).replace("hush", "loud"));
      Ran refused = run("status", "-c", file.toString());
      assertThat(refused.exit()).isEqualTo(Exit.FAILED);
      assertThat(refused.err()).contains("token").doesNotContain("loud").doesNotContain("hush");
    }
  }

  @Test
  void theDemoNamesTheEnginesThatThereAre() {
    Ran unknown = run("demo", "--engine", "none");
    assertThat(unknown.exit()).isEqualTo(Exit.USAGE);
    assertThat(unknown.err()).contains("there is no engine 'none'; there are: redis, opensearch");
    assertThat(run("demo", "none").err()).contains("there is no engine 'none'");
    assertThat(run("demo", "--help").out()).contains("ENGINE", "--engine", "--home-binary");
  }

  @Test
  void completionIsAScript() {
    assertThat(run("completion", "bash").out())
        .contains("\ncomplete -F _drover_complete -o default drover\n")
        .contains("_drover_names \"$1\"")
        .doesNotContain("complete -F _complete_drover");
    assertThat(run("completion", "zsh").out()).contains("bashcompinit");
  }

  @Test
  void namesThatCannotBeHadAreNoWords() {
    Ran none = run("names", "partitions", "-c", directory.resolve("none.yaml").toString());
    assertThat(none.out() + none.err()).isEmpty();
    assertThat(run("--help").out()).doesNotContain("names");
  }

  @Test
  void movesCanBeQueuedWithoutWaiting() {
    assertThat(waits("move", "p", "--to", "h")).isTrue();
    assertThat(waits("move", "p", "--to", "h", "--wait")).isTrue();
    assertThat(waits("move", "p", "--to", "h", "--no-wait")).isFalse();
  }

  private static boolean waits(String... arguments) {
    return Main.commandLine()
        .parseArgs(arguments)
        .subcommand()
        .commandSpec()
        .findOption("--wait")
        .getValue();
  }
}
