package dev.drover.cli;

import dev.drover.app.client.Terminal;

/// What is said when a signal (Ctrl-C) ends a command that others go on without, and with which
/// exit code, for as long as this is open.
final class Interruption implements AutoCloseable {
  private final Terminal terminal;
  private final boolean json;
  private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::say);
  private volatile Failure words;

  private Interruption(Terminal terminal, boolean json, Failure words) {
    this.terminal = terminal;
    this.json = json;
    this.words = words;
  }

  static Interruption open(Terminal terminal, boolean json, Failure words) {
    Interruption interruption = new Interruption(terminal, json, words);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /// From now on that is so.
  void saying(Failure now) {
    words = now;
  }

  private void say() {
    Failure said = words;
    if (json) {
      terminal.line(
          Errors.json(String.valueOf(said.getMessage()), said.advice(), said.more(), said.exit()));
    } else {
      terminal.cleared();
    }
    System.err.println("drover: " + said.getMessage());
    System.err.println("  " + said.advice());
    Runtime.getRuntime().halt(said.exit());
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is being said.
    }
  }
}
