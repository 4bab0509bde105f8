package dev.drover.cli;

import dev.drover.engine.JvmCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a command has said, and how it ended.
record Ran(int exit, String out, String err) {
  /// As a process of its own, in a directory.
  static Ran ofProcess(Path directory, String... command) throws Exception {
    return ofProcess(directory, Map.of(), command);
  }

  /// As the other, with variables of its own.
  static Ran ofProcess(Path directory, Map<String, String> variables, String... command)
      throws Exception {
    Path out = Files.createTempFile("drover-test", ".out");
    Path err = Files.createTempFile("drover-test", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().putAll(variables);
      int exit = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
      return new Ran(exit, Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /// The command that runs `drover` as a process of its own.
  ///
  /// @param options of the JVM
  static List<String> process(List<String> options, String... arguments) {
    List<String> flags = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    flags.addAll(options);
    return JvmCommand.of(JvmCommand.SERIAL, flags, Main.class.getName(), List.of(arguments));
  }

  static Ran of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exit = Main.run(arguments);
      return new Ran(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }
}
