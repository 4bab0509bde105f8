package dev.drover.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of metrics in Prometheus' text format, and what is wrong with it by Prometheus'
/// conventions.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// https://prometheus.io/docs/practices/naming/
final class Exposition {
  private static final int SERIES_MAX = 20;

  /// Each of them has few values, known before the process starts.
  private static final Set<String> LABELS =
      Set.of(
          "engine",
          "op",
          "outcome",
          "server",
          "gateway",
          "record_format",
          // Of the JVM.
          "action",
          "area",
          "cause",
          "gc",
          "id",
          "runtime",
          "state",
          "vendor",
          "version");

  private static final Set<String> OTHER_UNITS =
      Set.of(
          "nanos",
          "nanoseconds",
          "ns",
          "micros",
          "microseconds",
          "us",
          "millis",
          "milliseconds",
          "ms",
          "minutes",
          "hours",
          "days",
          "bits",
          "kb",
          "kilobytes",
          "mb",
          "megabytes",
          "gb",
          "gigabytes",
          "percent");

  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final Pattern HEAD = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(.*)\\})? (NaN|[+-]Inf|-?[0-9.]+([eE][+-]?[0-9]+)?)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)\"(?:,|$)");

  /// Samples of one name.
  ///
  /// @param samples value by labels
  record Family(String name, String help, String type, Map<Map<String, String>, String> samples) {}

  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Set<String> problems = new TreeSet<>();

  private Exposition(String text) {
    if (!text.endsWith("\n")) {
      problems.add("the last line does not end");
    }
    text.lines().forEach(this::line);
    families.values().forEach(this::judge);
  }

  static Exposition of(String text) {
    return new Exposition(text);
  }

  Map<String, Family> families() {
    return families;
  }

  List<String> problems() {
    return new ArrayList<>(problems);
  }

  private Optional<Family> last() {
    return families.values().stream().reduce((_, next) -> next);
  }

  private void line(String line) {
    Matcher head = HEAD.matcher(line);
    Matcher sample = SAMPLE.matcher(line);
    if (head.matches()) {
      head(head.group(1), head.group(2), head.group(3));
    } else if (sample.matches()) {
      sample(
          sample.group(1), Optional.ofNullable(sample.group(3)).orElse(""), sample.group(4), line);
    } else {
      problems.add("cannot be read: " + line);
    }
  }

  private void head(String kind, String name, String words) {
    if (kind.equals("HELP")) {
      if (families.containsKey(name)) {
        problems.add(name + ": there twice, or its parts do not stand together");
      }
      families.put(name, new Family(name, words.strip(), "", new LinkedHashMap<>()));
      return;
    }
    Optional<Family> open = last().filter(f -> f.name().equals(name));
    if (open.isEmpty() || !open.get().type().isEmpty() || !open.get().samples().isEmpty()) {
      problems.add(name + ": TYPE does not follow HELP");
      return;
    }
    families.put(name, new Family(name, open.get().help(), words, new LinkedHashMap<>()));
  }

  private void sample(String name, String labels, String value, String line) {
    Optional<Family> family = last().filter(f -> names(f).contains(name));
    if (family.isEmpty()) {
      problems.add(name + ": stands under no HELP and TYPE of its own");
      return;
    }
    Map<String, String> found = new LinkedHashMap<>();
    found.put("", name);
    Matcher label = LABEL.matcher(labels);
    int read = 0;
    while (label.find() && label.start() == read) {
      read = label.end();
      found.put(label.group(1), label.group(2));
    }
    if (read != labels.length()) {
      problems.add("labels cannot be read: " + line);
    }
    if (family.get().samples().put(found, value) != null) {
      problems.add("a sample is there twice: " + line);
    }
  }

  private static Set<String> names(Family family) {
    Set<String> names = new HashSet<>(Set.of(family.name()));
    switch (family.type()) {
      case "summary" -> names.addAll(Set.of(family.name() + "_sum", family.name() + "_count"));
      case "histogram" -> {
        names.remove(family.name());
        for (String end : List.of("_sum", "_count", "_bucket")) {
          names.add(family.name() + end);
        }
      }
      default -> {}
    }
    return names;
  }

  private void judge(Family family) {
    String name = family.name();
    if (!NAME.matcher(name).matches()) {
      problems.add(name + ": is not in small letters, with underscores between words");
    }
    if (family.help().isEmpty()) {
      problems.add(name + ": HELP is empty");
    }
    if (!TYPES.contains(family.type())) {
      problems.add(name + ": has no type, but '" + family.type() + "'");
    }
    if (name.endsWith("_total") != family.type().equals("counter")) {
      problems.add(name + ": counters, and they alone, end in _total, but it is " + family.type());
    }
    if (name.matches(".*_(count|sum|bucket)")) {
      problems.add(name + ": ends like a part of a histogram");
    }
    words(name);
    if (name.endsWith("_info")
        && !(family.type().equals("gauge")
            && family.samples().values().stream().allMatch(v -> Double.parseDouble(v) == 1))) {
      problems.add(name + ": is not 1");
    }
    if (family.samples().size() > SERIES_MAX) {
      problems.add(name + ": has " + family.samples().size() + " series");
    }
    labels(family);
  }

  private void words(String name) {
    List<String> words = new ArrayList<>(List.of(name.split("_")));
    for (String word : words) {
      if (OTHER_UNITS.contains(word)) {
        problems.add(name + ": units are seconds and bytes, not " + word);
      }
      if (TYPES.contains(word)) {
        problems.add(name + ": the type is no part of a name");
      }
    }
    if (Set.of("total", "info", "max").contains(words.getLast())) {
      words.removeLast();
    }
    for (String unit : List.of("seconds", "bytes")) {
      if (words.contains(unit) && words.indexOf(unit) != words.size() - 1) {
        problems.add(name + ": the unit does not stand last");
      }
    }
  }

  private void labels(Family family) {
    Set<Set<String>> shapes = new HashSet<>();
    for (Map<String, String> labels : family.samples().keySet()) {
      Set<String> names = new HashSet<>(labels.keySet());
      names.remove("");
      shapes.add(names);
      for (String label : names) {
        if (!LABELS.contains(label)) {
          problems.add(family.name() + ": label '" + label + "' may have any number of values");
        }
      }
      if (family.name().contains("partitions") && !names.contains("engine")) {
        problems.add(family.name() + ": does not say of which engine");
      }
    }
    if (shapes.size() > 1) {
      problems.add(family.name() + ": not all samples have the same labels");
    }
  }
}
