package dev.drover.app.faults;

import dev.drover.engine.JvmCommand;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Servers and gateways, each a process of its own that can be killed, paused and started again.
final class Processes implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final Map<String, Process> processes = new HashMap<>();
  private String classPath = System.getProperty("java.class.path");

  Processes(Path directory) {
    this.directory = directory;
  }

  /// What is started from now on runs from here: another version.
  void runFrom(String other) {
    classPath = other;
  }

  /// Stops a process cleanly.
  void stop(String name) throws Exception {
    Process process = process(name);
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " did not stop");
    }
  }

  /// Starts `kind` (server or gateway) as a process, and waits until it listens. A gateway has the
  /// name that the process is given here.
  void start(String name, String kind, Path config, int port) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(kind, config.toString()));
    if (kind.equals("gateway")) {
      arguments.add(name);
    }
    File log = directory.resolve(name + ".log").toFile();
    Process process =
        new ProcessBuilder(command(arguments))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    processes.put(name, process);
    await(name + " to listen", () -> listens(port) || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(name + " did not start: " + Files.readString(log.toPath()));
    }
  }

  private List<String> command(List<String> arguments) {
    List<String> flags = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");
    List<String> command =
        new ArrayList<>(
            JvmCommand.of(JvmCommand.SERIAL, flags, "dev.drover.app.Launch", arguments));
    if (!classPath.equals(System.getProperty("java.class.path"))) {
      command.removeIf(flag -> flag.startsWith("-XX:AOTCache="));
      command.set(command.indexOf("-cp") + 1, classPath);
    }
    return command;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(20);
    }
  }

  void kill(String name) throws Exception {
    Process process = process(name);
    process.destroyForcibly();
    process.waitFor();
  }

  /// Sends a signal: STOP or CONT.
  void signal(String name, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process(name).pid())).start().waitFor();
  }

  private Process process(String name) {
    Process process = processes.get(name);
    if (process == null) {
      throw new AssertionError("no process " + name);
    }
    return process;
  }

  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : processes.keySet()) {
      all.append("--- ")
          .append(name)
          .append('\n')
          .append(Files.readString(directory.resolve(name + ".log")));
    }
    return all.toString();
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(process -> process.onExit().join());
  }
}
