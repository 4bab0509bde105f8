package dev.drover.torture.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A process that can be killed, stopped, continued and started again. Each of its runs has a log
/// of its own.
public final class Child {
  private static final long ASK_MILLIS = 20;
  private static final long AGAIN_MILLIS = 500;

  private final String name;
  private final Path directory;
  private final IntFunction<List<String>> command;
  private final Ready ready;
  private int run = -1;
  private @Nullable Process process;
  private volatile boolean wanted;
  private boolean over;

  /// Whether a run does what it is there for.
  @FunctionalInterface
  public interface Ready {
    boolean holds(String log) throws IOException;
  }

  /// @param command by the number of the run
  Child(String name, Path directory, IntFunction<List<String>> command, Ready ready) {
    this.name = name;
    this.directory = directory;
    this.command = command;
    this.ready = ready;
  }

  public String name() {
    return name;
  }

  /// Starts the next run; it may take a while until it is ready.
  ///
  /// @throws IOException if it cannot be started, or all is over
  public synchronized void start() throws IOException {
    if (over) {
      throw new IOException("the fleet is being closed");
    }
    run++;
    wanted = true;
    process =
        new ProcessBuilder(command.apply(run))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
  }

  /// Starts it, and again whenever it ends by itself before it is ready, as a supervisor does: it
  /// may need others that are away just now.
  ///
  /// @return whether it is ready
  public boolean startUntilReady(Duration atMost) throws IOException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    do {
      start();
      if (awaitReady(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
        return true;
      }
      Thread.sleep(AGAIN_MILLIS);
    } while (!alive() && System.nanoTime() < end);
    return false;
  }

  /// What is said of it if it is not ready although nothing is wrong any more.
  public String notBack() {
    return name + " did not come back; see " + log();
  }

  /// The log of the present run.
  public synchronized Path log() {
    return log(run);
  }

  private Path log(int number) {
    return directory.resolve("%s.%d.log".formatted(name, number));
  }

  private String text(int number) throws IOException {
    return Files.exists(log(number)) ? Files.readString(log(number), StandardCharsets.UTF_8) : "";
  }

  public String logText() throws IOException {
    return Files.readString(log(), StandardCharsets.UTF_8);
  }

  /// How many lines of all its runs end with these words.
  int said(String words) throws IOException {
    int last;
    synchronized (this) {
      last = run;
    }
    int lines = 0;
    for (int i = 0; i <= last; i++) {
      lines += (int) text(i).lines().filter(line -> line.endsWith(words)).count();
    }
    return lines;
  }

  /// Waits until it is ready or has ended.
  ///
  /// @return whether it is ready
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (alive() && System.nanoTime() < end) {
      try {
        if (ready.holds(logText())) {
          return true;
        }
      } catch (IOException e) {
        // Not yet.
      }
      Thread.sleep(ASK_MILLIS);
    }
    return false;
  }

  public synchronized boolean alive() {
    return process != null && process.isAlive();
  }

  /// Waits until it has ended by itself.
  ///
  /// @return its exit code; empty if it has not
  public OptionalInt ended(Duration atMost) throws InterruptedException {
    Process now = process();
    return now != null && now.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(now.exitValue())
        : OptionalInt.empty();
  }

  /// Whether it has ended although nobody ended it.
  public boolean died() {
    return wanted && !alive();
  }

  /// Ends it without a word (SIGKILL), and waits until it is gone.
  public void kill() throws InterruptedException {
    wanted = false;
    Process now = process();
    if (now != null) {
      now.destroyForcibly();
      now.waitFor();
    }
  }

  /// Ends it for good: nobody starts it again.
  void end() throws InterruptedException {
    synchronized (this) {
      over = true;
    }
    kill();
  }

  /// SIGSTOP.
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /// SIGCONT.
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process now = process();
    if (now != null && now.isAlive()) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(now.pid())).start().waitFor();
    }
  }

  /// Ends its standard input, and waits until it has ended by itself.
  ///
  /// @return whether it has
  public boolean finish(Duration atMost) throws IOException, InterruptedException {
    wanted = false;
    Process now = process();
    if (now == null) {
      return true;
    }
    now.getOutputStream().close();
    return now.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized @Nullable Process process() {
    return process;
  }
}
