package dev.drover.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What one bench has measured, and which thresholds that meets.
final class Report {
  /// How a figure stands to its threshold.
  enum Verdict {
    MET,
    MISSED,
    /// It has no threshold.
    INFORMATION
  }

  /// One figure.
  ///
  /// @param bound the threshold in words, empty if there is none
  record Line(String what, double value, String unit, String bound, Verdict verdict) {
    String shown() {
      return number(value) + (unit.isEmpty() ? "" : " " + unit);
    }
  }

  /// What is more than a figure for each line.
  ///
  /// @param columns the first of which is words
  record Table(String title, List<String> columns, List<List<String>> rows) {}

  private final List<Line> lines = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  void atMost(String what, double value, String unit, double bound) {
    add(what, value, unit, "at most " + number(bound) + " " + unit, value <= bound);
  }

  void atLeast(String what, double value, String unit, double bound) {
    add(what, value, unit, "at least " + number(bound) + " " + unit, value >= bound);
  }

  void info(String what, double value, String unit) {
    lines.add(new Line(what, value, unit, "", Verdict.INFORMATION));
  }

  void table(Table more) {
    tables.add(more);
  }

  /// How it was measured, and what a reader should know.
  void note(String text) {
    notes.add(text);
  }

  private void add(String what, double value, String unit, String bound, boolean met) {
    lines.add(new Line(what, value, unit, bound.strip(), met ? Verdict.MET : Verdict.MISSED));
  }

  List<Line> lines() {
    return List.copyOf(lines);
  }

  List<Table> tables() {
    return List.copyOf(tables);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  boolean missed() {
    return lines.stream().anyMatch(line -> line.verdict() == Verdict.MISSED);
  }

  /// The figures, and then the tables, for a terminal.
  String text() {
    int what = lines.stream().mapToInt(line -> line.what().length()).max().orElse(0);
    int shown = lines.stream().mapToInt(line -> line.shown().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      String verdict = line.verdict() == Verdict.INFORMATION ? "" : word(line.verdict());
      String row =
          ("  %-" + what + "s  %" + shown + "s  %-6s %s")
              .formatted(line.what(), line.shown(), verdict, line.bound());
      text.append(row.stripTrailing()).append('\n');
    }
    tables.forEach(table -> text.append('\n').append(text(table)));
    return text.toString();
  }

  private static String text(Table table) {
    StringBuilder text = new StringBuilder("  " + table.title() + "\n");
    List<List<String>> all = new ArrayList<>(List.of(table.columns()));
    all.addAll(table.rows());
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder("  ");
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = all.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(("%" + (i == 0 ? "-" : "") + width + "s  ").formatted(row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case MISSED -> "MISSED";
      case INFORMATION -> "";
    };
  }

  /// Three digits that matter, or all before the point.
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 10_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
  }
}
