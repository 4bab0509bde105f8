package dev.drover.torture.fleet;

import dev.drover.engine.JvmCommand;
import java.util.List;

/// The command that runs a class in a JVM like this one: with an archive of classes if there is
/// one, and else with the collector that takes the least.
final class Jvm {
  private Jvm() {}

  static List<String> command(Class<?> main, String heap, List<String> arguments) {
    return JvmCommand.of(
        JvmCommand.archived().orElse(JvmCommand.SERIAL),
        List.of("-XX:+ExitOnOutOfMemoryError", "-Xmx" + heap, "-XX:TieredStopAtLevel=1"),
        main.getName(),
        arguments);
  }
}
