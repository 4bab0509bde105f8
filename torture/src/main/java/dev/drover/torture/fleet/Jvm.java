package dev.drover.torture.fleet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command that runs a class in a JVM like this one.
final class Jvm {
  private Jvm() {}

  static List<String> command(Class<?> main, String heap, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(
        List.of("-XX:+ExitOnOutOfMemoryError", "-Xmx" + heap, "-XX:TieredStopAtLevel=1"));
    String archive = System.getProperty("drover.archive", "");
    if (!archive.isEmpty() && Files.exists(Path.of(archive))) {
      // The archive is bound to the collector that it was made with.
      command.add("-XX:+UseG1GC");
      command.addAll(List.of("-XX:AOTCache=" + archive, "-Xlog:aot=off", "-Xlog:cds=off"));
    } else {
      command.add("-XX:+UseSerialGC");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
