package dev.drover.app.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds citations that lead nowhere, in comments of Java files and in documents.
///
/// | what is cited | what has to be there |
/// |---|---|
/// | a document by its path, from the root or from beside the file that cites it | the file |
/// | a decision by its number | a file that begins with it |
/// | a section of a document, in quotes behind it | the heading |
/// | a rule behind the path of the design, alone in brackets, or at the start of a comment | its definition in the design |
final class Citations {
  static final String DESIGN = "docs/design.md";

  private static final String RULE = "[GCMIRS]\\d{1,2}";
  private static final String RULES = RULE + "(?:, " + RULE + ")*";
  private static final Pattern DEFINED =
      Pattern.compile("(?m)^### (" + RULE + ")\\. |^\\| (" + RULE + ") \\|");
  private static final Pattern COMMENT = Pattern.compile("(?m)(?:^|\\s)//+ ?(.*)$");
  private static final Pattern DOCUMENT =
      Pattern.compile("(?<![\\w/.-])((?:[\\w.-]+/)*[\\w.-]*\\w\\.md)\\b");
  private static final Pattern DECISION = Pattern.compile("docs/decisions/(\\d{4})");
  private static final Pattern SECTIONS =
      Pattern.compile(
          "((?:[\\w.-]+/)*[\\w-]+\\.md)[\\])]?((?:, (?:\"[^\"]+\"|" + RULE + "))+)(?![\\w\"])");
  private static final Pattern SECTION = Pattern.compile("\"([^\"]+)\"|" + RULE);
  private static final Pattern IN_BRACKETS =
      Pattern.compile("\\((?:invariants? |rules? )?(" + RULES + ")\\)");
  private static final Pattern AT_THE_START = Pattern.compile("(?m)^(" + RULES + "): ");
  private static final Pattern ONE_RULE = Pattern.compile(RULE);

  private final Path root;
  private final Set<String> rules;
  private final Map<Path, Set<String>> headings = new HashMap<>();

  Citations(Path root) throws IOException {
    this.root = root;
    this.rules =
        DEFINED
            .matcher(Files.readString(root.resolve(DESIGN)))
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The rules that the design defines.
  Set<String> rules() {
    return rules;
  }

  /// What is cited in a file and is not there.
  ///
  /// @param file where it stands
  /// @param java whether only its comments count
  List<String> wrong(String text, Path file, boolean java) throws IOException {
    String lines = java ? comments(text) : text;
    String flat = lines.replaceAll("\\s+", " ");
    List<String> wrong = new ArrayList<>();
    for (MatchResult document : found(DOCUMENT, flat)) {
      if (document(document.group(1), file) == null) {
        wrong.add(document.group(1) + " is not there");
      }
    }
    for (MatchResult decision : found(DECISION, flat)) {
      if (!decided(decision.group(1))) {
        wrong.add("there is no decision " + decision.group(1));
      }
    }
    for (MatchResult sections : found(SECTIONS, flat)) {
      sections(sections.group(1), sections.group(2), file, wrong);
    }
    Stream.concat(IN_BRACKETS.matcher(flat).results(), AT_THE_START.matcher(lines).results())
        .forEach(cited -> rules(cited.group(1), wrong));
    return wrong;
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static String comments(String java) {
    return COMMENT.matcher(java).results().map(c -> c.group(1)).collect(Collectors.joining("\n"));
  }

  private @Nullable Path document(String name, Path file) {
    return Stream.of(root.resolve(name), file.resolveSibling(name))
        .filter(Files::exists)
        .findFirst()
        .orElse(null);
  }

  private boolean decided(String number) throws IOException {
    try (Stream<Path> all = Files.list(root.resolve("docs/decisions"))) {
      return all.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(number + "-"));
    }
  }

  private void sections(String name, String cited, Path file, List<String> wrong)
      throws IOException {
    Path document = document(name, file);
    if (document == null) {
      return;
    }
    boolean design = document.normalize().equals(root.resolve(DESIGN));
    for (MatchResult one : found(SECTION, cited)) {
      String heading = one.group(1);
      if (heading != null && !headings(document).contains(heading)) {
        wrong.add(name + " has no section \"" + heading + "\"");
      } else if (heading == null && design) {
        rules(one.group(), wrong);
      }
    }
  }

  private void rules(String cited, List<String> wrong) {
    found(ONE_RULE, cited).stream()
        .map(MatchResult::group)
        .filter(rule -> !rules.contains(rule))
        .forEach(rule -> wrong.add(DESIGN + " does not define " + rule));
  }

  private Set<String> headings(Path document) throws IOException {
    Set<String> known = headings.get(document);
    if (known == null) {
      try (Stream<String> lines = Files.lines(document)) {
        known =
            lines
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", ""))
                .collect(Collectors.toSet());
      }
      headings.put(document, known);
    }
    return known;
  }
}
