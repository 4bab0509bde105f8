package dev.drover.app;

import ch.qos.logback.classic.LoggerContext;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/// What has to be undone before this JVM ends, such as processes that were started: by its owner,
/// or by a signal (Ctrl-C) if that comes first. It is done once, and whoever comes second waits
/// until it is done.
///
/// After a signal nothing is logged any more, and no thread says what it failed of: it fails
/// because what it works with is taken away.
public final class Ending implements AutoCloseable {
  private static volatile boolean signalled;

  private final Runnable undo;
  private final Supplier<String> words;
  private final Thread hook;
  private boolean done;

  private Ending(String name, Runnable undo, Supplier<String> words) {
    this.undo = undo;
    this.words = words;
    this.hook = Thread.ofPlatform().name(name).unstarted(this::signalled);
  }

  /// @param words asked after a signal, once all is undone: what the user is told
  public static Ending of(String name, Runnable undo, Supplier<String> words) {
    Ending ending = new Ending(name, undo, words);
    Runtime.getRuntime().addShutdownHook(ending.hook);
    return ending;
  }

  /// Whether a signal ends this JVM, so that what fails now is no news.
  public static boolean bySignal() {
    return signalled;
  }

  private void signalled() {
    signalled = true;
    Thread.setDefaultUncaughtExceptionHandler((_, _) -> {});
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback.stop();
    }
    undo();
    System.err.println("drover: " + words.get());
  }

  private synchronized void undo() {
    if (!done) {
      done = true;
      undo.run();
    }
  }

  @Override
  public void close() {
    undo();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal has come meanwhile, and its hook finds all of it undone.
    }
  }
}
