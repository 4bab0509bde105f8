package dev.drover.app.demo;

import dev.drover.app.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Processes in a directory of their own. All of them end when this is closed or this JVM ends, and
/// the directory is removed then.
public final class DemoProcesses implements AutoCloseable {
  private static final long STOP_MILLIS_MAX = 5_000;

  private final Path directory;
  private final boolean keep;
  private final List<Process> all = new ArrayList<>();
  private final Ending ending;
  private boolean stopped;

  private DemoProcesses(Path directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
    this.ending = Ending.of("demo-stop", this::stop, () -> "interrupted");
  }

  /// @param prefix what the name of the directory begins with
  /// @param keep whether the directory stays
  public static DemoProcesses prepare(String prefix, boolean keep) throws IOException {
    return new DemoProcesses(Files.createTempDirectory(prefix), keep);
  }

  public Path directory() {
    return directory;
  }

  /// Starts a process in the directory.
  ///
  /// @param log where its output goes
  synchronized void start(List<String> command, Path log) throws IOException {
    if (stopped) {
      throw new IOException("they were stopped");
    }
    all.add(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  /// Whether none of them has ended.
  synchronized boolean allRun() {
    return all.stream().allMatch(Process::isAlive);
  }

  @Override
  public void close() {
    ending.close();
  }

  private synchronized void stop() {
    stopped = true;
    for (Process process : all.reversed()) {
      process.destroy();
    }
    for (Process process : all.reversed()) {
      try {
        if (!process.waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    if (!keep) {
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      System.err.println("drover: " + directory + " could not be removed: " + e.getMessage());
    }
  }
}
