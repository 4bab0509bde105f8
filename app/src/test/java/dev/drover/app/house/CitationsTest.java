package dev.drover.app.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What documents and comments cite is there: documents, sections, rules of the design, and the
/// classes by which the design and the map of the house say where something is carried out.
final class CitationsTest {
  /// A class in code marks, perhaps behind directories, perhaps with members of it.
  private static final Pattern NAMED =
      Pattern.compile("`((?:[a-z]+/)*)([A-Z]\\w*[a-z]\\w*)((?:\\.\\w+)*)`");

  private static final Pattern CONSTANT = Pattern.compile("(?m)^  ([A-Z][A-Z_]+)\\b");

  private static final Pattern MEMBER = Pattern.compile("\\w+");

  @Test
  void whatIsCitedIsThere() throws Exception {
    Citations citations = new Citations(Sources.root());
    List<String> wrong = new ArrayList<>();
    for (Path file : Sources.all()) {
      wrong(citations, file, true, wrong);
    }
    for (Path file : Sources.documents()) {
      wrong(citations, file, false, wrong);
    }
    assertThat(wrong).isEmpty();
    assertThat(citations.rules())
        .contains("G1", "G5", "C2", "M1", "I1", "I9")
        .hasSizeGreaterThan(40);
  }

  private static void wrong(Citations citations, Path file, boolean java, List<String> all)
      throws IOException {
    for (String one : citations.wrong(Files.readString(file), file, java)) {
      all.add(Sources.name(file) + ": " + one);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/// As a plan says (%s.md).",
        "/// See docs/no%s.md.",
        "/// See docs/decisions/99%s.",
        "/// A rule (docs/design.md, G%s).",
        "/// A rule (docs/design.md,\n/// G1, C%s).",
        "/// A rule (M%s).",
        "/// I%s: holds always.",
        "/// A section (docs/design.md, \"The store %s\")."
      })
  void aCitationThatLeadsNowhereIsFound(String comment) throws Exception {
    Path root = Sources.root();
    String java = comment.formatted("77") + "\nclass A {}\n";
    assertThat(new Citations(root).wrong(java, root.resolve("A.java"), true)).hasSize(1);
  }

  @Test
  void whatIsNoCommentCitesNothing() throws Exception {
    Path root = Sources.root();
    String java = "/// As docs/design.md, G5, \"The store\" says.\nint a = of(G77);\n";
    assertThat(new Citations(root).wrong(java, root.resolve("A.java"), true)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {Citations.DESIGN, "ARCHITECTURE.md"})
  void theClassesThatADocumentNamesAreThere(String document) throws Exception {
    Map<String, List<Path>> classes =
        Sources.all().stream()
            .collect(Collectors.groupingBy(file -> String.valueOf(file.getFileName())));
    String text = Files.readString(Sources.root().resolve(document));
    List<String> missing = new ArrayList<>();
    for (MatchResult named : NAMED.matcher(text).results().toList()) {
      String end = "/" + named.group(1) + named.group(2) + ".java";
      List<Path> found =
          classes.getOrDefault(named.group(2) + ".java", List.of()).stream()
              .filter(file -> file.toString().endsWith(end))
              .toList();
      if (!anyHas(found, named.group(3))) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "WrongVersion, sim/src/test/java/dev/drover/sim/WrongVersion.java",
    "Deviation, sim/src/main/java/dev/drover/sim/explore/Deviation.java"
  })
  void everyWrongVersionIsNamedByARule(String kind, String file) throws Exception {
    String design = Files.readString(Sources.root().resolve(Citations.DESIGN));
    List<String> versions =
        CONSTANT
            .matcher(Files.readString(Sources.root().resolve(file)))
            .results()
            .map(constant -> "`" + kind + "." + constant.group(1) + "`")
            .toList();
    assertThat(versions).hasSizeGreaterThan(15).allMatch(design::contains);
  }

  private static boolean anyHas(List<Path> files, String members) throws IOException {
    for (Path file : files) {
      String text = Files.readString(file);
      if (MEMBER
          .matcher(members)
          .results()
          .allMatch(m -> Pattern.compile("\\b" + m.group() + "\\b").matcher(text).find())) {
        return true;
      }
    }
    return false;
  }
}
