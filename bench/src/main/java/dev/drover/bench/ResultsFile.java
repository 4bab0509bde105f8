package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `bench/RESULTS.md`: a section for each bench, of which each run replaces its own.
final class ResultsFile {
  private static final String HEAD =
      """
      # Measured

      Written by `./drover bench`, which replaces the section of each bench that it runs. What is compared was
      measured side by side in one run on one machine: ratios carry over to others, absolute times do not.
      """;
  private static final String SECTION = "## ";

  private final Path file;
  private final List<String> order;

  /// @param order the benches, in the order of their sections
  ResultsFile(Path file, List<String> order) {
    this.file = file;
    this.order = List.copyOf(order);
  }

  void replace(Bench bench, Machine machine, Report report) throws IOException {
    Map<String, String> sections = read();
    sections.put(bench.name(), section(bench, machine, report));
    StringBuilder text = new StringBuilder(HEAD);
    for (String name : order) {
      String section = sections.get(name);
      if (section != null) {
        text.append('\n').append(section);
      }
    }
    Files.writeString(file, text);
  }

  private Map<String, String> read() throws IOException {
    Map<String, String> sections = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return sections;
    }
    String name = "";
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(SECTION)) {
        sections.put(name, text.toString().strip() + "\n");
        text.setLength(0);
        name = line.substring(SECTION.length()).strip();
      }
      text.append(line).append('\n');
    }
    sections.put(name, text.toString().strip() + "\n");
    return sections;
  }

  private static String section(Bench bench, Machine machine, Report report) {
    StringBuilder text = new StringBuilder(SECTION + bench.name() + "\n\n");
    text.append(bench.about()).append("\n\n");
    text.append("| | measured | threshold | |\n|---|---:|---|---|\n");
    for (Report.Line line : report.lines()) {
      text.append(
          "| %s | %s | %s | %s |\n"
              .formatted(line.what(), line.shown(), line.bound(), Report.word(line.verdict())));
    }
    report.tables().forEach(table -> append(table, text));
    if (!report.notes().isEmpty()) {
      text.append('\n');
      report.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    }
    text.append("\n%s · %s\n".formatted(LocalDate.now(ZoneOffset.UTC), machine.line()));
    return text.toString();
  }

  private static void append(Report.Table table, StringBuilder text) {
    text.append("\n%s:\n\n".formatted(table.title()));
    text.append("| %s |\n".formatted(String.join(" | ", table.columns())));
    text.append("|---" + "|---:".repeat(table.columns().size() - 1) + "|\n");
    table.rows().forEach(row -> text.append("| %s |\n".formatted(String.join(" | ", row))));
  }
}
