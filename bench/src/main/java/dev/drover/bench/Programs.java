package dev.drover.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs other programs, among them JVMs with the class path of this one.
final class Programs {
  private static final long SECONDS_MAX = 600;

  private Programs() {}

  /// What a program prints, empty if it cannot be run or fails.
  static String said(List<String> command) {
    try {
      return run(command);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /// What a program prints.
  ///
  /// @throws IOException if it cannot be run or fails
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said.strip());
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /// A JVM that runs a class of this class path.
  static List<String> java(List<String> flags, Class<?> main, List<String> arguments) {
    return java(flags, main.getName(), arguments);
  }

  static List<String> java(List<String> flags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(flags);
    command.add(main);
    command.addAll(arguments);
    return command;
  }

  /// Ends a process, kindly at first.
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
