package dev.drover.app.client;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/// What is printed, and how: colours and lines that change only on a terminal.
///
/// @param alive whether a person looks on: lines may be written over
/// @param colours whether they are wanted
/// @param columns how many there are in a line
public record Terminal(PrintStream out, boolean alive, boolean colours, IntSupplier columns) {
  /// From here on characters may take two columns.
  private static final int WIDE_FROM = 0x1100;

  /// The launcher knows whether it is a terminal; without it it is taken for none.
  public static Terminal of(PrintStream out, Map<String, String> environment) {
    boolean alive = Boolean.getBoolean("drover.terminal");
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || "dumb".equals(environment.get("TERM"));
    return new Terminal(out, alive, alive && !plain, Columns.watched(environment));
  }

  /// What may come from anybody, without what could steer a terminal. Lines stay.
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> plain.appendCodePoint(Character.isISOControl(c) && c != '\n' ? '\ufffd' : c));
    return plain.toString();
  }

  /// As [#plain], in one line.
  public static String plainLine(String text) {
    return plain(text).replace('\n', '\ufffd');
  }

  public String bold(String text) {
    return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  public String green(String text) {
    return colours ? "\u001b[32m" + text + "\u001b[0m" : text;
  }

  public String red(String text) {
    return colours ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  public String faint(String text) {
    return colours ? "\u001b[2m" + text + "\u001b[0m" : text;
  }

  public void line(String text) {
    out.println(text);
  }

  /// Writes over the current line, in one line however narrow the terminal is; only where [#alive].
  public void over(String text) {
    out.print("\r\u001b[2K" + cut(plainLine(text), columns.getAsInt() - 1));
    out.flush();
  }

  /// As much of a text as fits so many columns; what is cut off shows as three dots.
  static String cut(String text, int columns) {
    StringBuilder cut = new StringBuilder();
    int used = 0;
    int fits = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int point = text.codePointAt(at);
      used += point < WIDE_FROM ? 1 : 2;
      if (used > columns) {
        cut.setLength(fits);
        return cut.append("...").toString();
      }
      cut.appendCodePoint(point);
      if (used <= columns - 3) {
        fits = cut.length();
      }
    }
    return text;
  }

  /// Clears the current line.
  public void cleared() {
    if (alive) {
      over("");
    }
  }

  /// A table with as wide columns as needed.
  public void table(List<String> head, List<List<String>> rows) {
    int[] widths = new int[head.size()];
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    all.addAll(rows);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    boolean first = true;
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i));
        if (i < widths.length - 1) {
          line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
      }
      String text = line.toString().stripTrailing();
      out.println(first ? bold(text) : text);
      first = false;
    }
  }
}
