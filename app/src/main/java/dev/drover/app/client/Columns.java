package dev.drover.app.client;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many columns the terminal has: what the variable `COLUMNS` says, else what the terminal
/// does.
public final class Columns {
  private static final int USUAL = 80;
  private static final int LEAST = 20;
  private static final int MOST = 1_000;
  private static final long ASK_MILLIS_MAX = 1_000;
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Pattern SIZE = Pattern.compile("\\s*\\d+ (\\d{1,4})\\s*");
  private static final File TERMINAL = new File("/dev/tty");

  private Columns() {}

  /// How many there are now; empty if no terminal is written to.
  public static OptionalInt of(Map<String, String> environment) {
    OptionalInt told = number(environment.getOrDefault("COLUMNS", ""));
    return told.isPresent() || !Boolean.getBoolean("drover.terminal") ? told : asked();
  }

  /// How many there are, asked for again every second: people change it.
  static IntSupplier watched(Map<String, String> environment) {
    return new IntSupplier() {
      private int known;
      private long askedNanos;

      @Override
      public int getAsInt() {
        long now = System.nanoTime();
        if (known == 0 || now - askedNanos >= ASK_AGAIN_NANOS) {
          known = of(environment).orElse(USUAL);
          askedNanos = now;
        }
        return known;
      }
    };
  }

  private static OptionalInt number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number > 0 ? OptionalInt.of(Math.clamp(number, LEAST, MOST)) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /// What `stty` says: Java has no way of its own to ask.
  private static OptionalInt asked() {
    Process process = null;
    try {
      process =
          new ProcessBuilder("stty", "size")
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!process.waitFor(ASK_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        return OptionalInt.empty();
      }
      Matcher columns = SIZE.matcher(size);
      return columns.matches() ? number(columns.group(1)) : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    } finally {
      if (process != null) {
        process.destroy();
      }
    }
  }
}
