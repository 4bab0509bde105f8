package dev.drover.app.client;

import java.util.function.Consumer;

/// Shows a move while it goes on: one line that changes on a terminal, a line now and then in a
/// pipe.
public final class MovePrinter implements Consumer<Json> {
  private static final long STEP_PERCENT = 10;

  /// In a terminal that is narrower the words need the place.
  private static final int BAR_COLUMNS_MIN = 72;

  private final Terminal terminal;
  private String saidStage = "";
  private long saidPercent = -STEP_PERCENT;

  public MovePrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void accept(Json move) {
    long percent = Text.percent(move);
    if (terminal.alive()) {
      boolean bar = percent >= 0 && terminal.columns().getAsInt() >= BAR_COLUMNS_MIN;
      terminal.over((bar ? Text.bar(percent) + " " : "") + Text.progress(move));
      return;
    }
    Json progress = move.get("progress");
    String stage = progress.text("stage") + progress.text("phase");
    if (!stage.equals(saidStage) || percent >= saidPercent + STEP_PERCENT) {
      saidStage = stage;
      saidPercent = percent;
      terminal.line("  " + Text.progress(move));
    }
  }

  /// Takes the changing line away.
  public void end() {
    terminal.cleared();
  }
}
