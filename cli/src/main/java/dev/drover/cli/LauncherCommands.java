package dev.drover.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands that the launcher `./drover` carries out itself; here they stand for the help.
final class LauncherCommands {
  private LauncherCommands() {}

  /// Measures.
  @Command(
      name = "bench",
      description = "Measure, side by side with other tools; 'drover bench NAME' runs one.",
      mixinStandardHelpOptions = true)
  static final class Bench extends ByLauncher {}

  /// Tests.
  @Command(
      name = "test",
      description = {
        "Run all tests, after installing what they need where that is allowed.",
        "Arguments go to Maven: 'drover test -pl core'."
      },
      mixinStandardHelpOptions = true)
  static final class Test extends ByLauncher {}

  /// Makes an archive.
  @Command(
      name = "package",
      description = {
        "Make an archive that runs on a machine with neither a JDK nor Maven, and check it.",
        "A Java runtime, the program, manual pages, shell completions and units of systemd. It is written",
        "to target/ of the sources, and its name is printed."
      },
      mixinStandardHelpOptions = true)
  static final class Packing extends ByLauncher {}

  /// Says who can do it.
  abstract static class ByLauncher implements Callable<Integer> {
    @Parameters(arity = "0..*", description = "Passed on.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Failure {
      throw new Failure(
          Exit.USAGE,
          "this is done by the launcher"
              + (arguments.isEmpty() ? "" : ": ")
              + String.join(" ", arguments),
          "run it as ./drover in the directory of the sources",
          null);
    }
  }
}
