package dev.drover.app.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which module may know of which (ARCHITECTURE.md, "The modules"), and which know of no engine. By
/// the sources: some modules are compiled after this one.
final class ModulesTest {
  /// Whose classes a module's own sources may name.
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("core", Set.of()),
          Map.entry("store", Set.of("core")),
          Map.entry("store/embedded", Set.of("core", "store")),
          Map.entry("store/etcd", Set.of("core", "store")),
          Map.entry("gateway", Set.of("core", "store")),
          Map.entry("engine", Set.of("core", "store", "gateway")),
          Map.entry("redis", Set.of("core", "store", "gateway", "engine")),
          Map.entry("opensearch/node3", Set.of()),
          Map.entry("opensearch/node2", Set.of()),
          Map.entry("opensearch", Set.of("core", "store", "gateway", "engine")),
          Map.entry("store/redis", Set.of("core", "store")),
          Map.entry("store/opensearch", Set.of("core", "store")),
          Map.entry("store/consul", Set.of("core", "store")),
          Map.entry("library", Set.of("core", "store")),
          Map.entry("sim", Set.of("core", "store")),
          Map.entry("control", Set.of("core", "store")),
          Map.entry(
              "app",
              Set.of(
                  "core",
                  "store",
                  "store/embedded",
                  "store/etcd",
                  "store/redis",
                  "store/opensearch",
                  "store/consul",
                  "gateway",
                  "engine",
                  "control")),
          Map.entry(
              "torture",
              Set.of(
                  "core",
                  "store",
                  "store/embedded",
                  "store/etcd",
                  "store/redis",
                  "store/opensearch",
                  "engine",
                  "redis",
                  "opensearch",
                  "app")),
          Map.entry("sample", Set.of()),
          Map.entry("cli", Set.of("core", "sim", "control", "engine", "app", "torture")),
          Map.entry(
              "bench",
              Set.of(
                  "core",
                  "store",
                  "store/embedded",
                  "store/etcd",
                  "gateway",
                  "engine",
                  "redis",
                  "opensearch",
                  "control",
                  "app")));

  /// Modules that have nothing but tests.
  private static final Set<String> TESTS_ONLY = Set.of("sample");

  /// Modules that work for any engine.
  private static final Set<String> OF_NO_ENGINE =
      Set.of("core", "store", "gateway", "engine", "control", "app", "cli");

  /// Words of one engine, in names and in texts. Comments may give it as an example.
  private static final Pattern ENGINES_WORD =
      Pattern.compile(
          "(?i:redis|valkey|lettuce|jedis|key.?prefix|opensearch)|\\bRESP\\b"
              + "|SCOPE|\\b[sS]copes?(?![a-z])|(?<=[a-z])Scopes?(?![a-z])");

  private static final String APP = "app/src/main/java/dev/drover/app/";

  private static final String A_STORE =
      "a store can be a Redis server or an OpenSearch cluster, whatever the engines are";

  /// Where such words stand all the same, and why.
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "core/src/main/java/dev/drover/core/Engine.java",
          "the engine of whatever names none in the store has a name",
          APP + "Stores.java",
          A_STORE,
          APP + "ServerProcess.java",
          A_STORE,
          APP + "GatewayProcess.java",
          A_STORE,
          APP + "config/Config.java",
          A_STORE,
          APP + "config/StoreReader.java",
          A_STORE,
          "cli/src/main/java/dev/drover/cli/TortureCommand.java",
          "torture starts servers of the first engine");

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private static final List<Source> SOURCES = new ArrayList<>();
  private static final Map<String, String> MODULE_OF_PACKAGE = new HashMap<>();

  /// A file of a module's own code.
  private record Source(String name, String module, CompilationUnitTree unit) {
    Used used() {
      Used used = new Used();
      used.scan(unit, null);
      return used;
    }
  }

  @BeforeAll
  static void parse() throws Exception {
    List<Path> files =
        Sources.all().stream().filter(f -> Sources.name(f).contains("/src/main/java/")).toList();
    for (CompilationUnitTree unit : Sources.parsed(files).units()) {
      String name = Sources.name(Path.of(unit.getSourceFile().toUri()));
      String module = name.substring(0, name.indexOf("/src/main/"));
      SOURCES.add(new Source(name, module, unit));
      String before = MODULE_OF_PACKAGE.put(packageOf(unit), module);
      assertThat(before).as("the module of %s", packageOf(unit)).isIn(null, module);
    }
  }

  private static String packageOf(CompilationUnitTree unit) {
    return String.valueOf(unit.getPackageName());
  }

  private static List<String> modules() throws Exception {
    return MODULE
        .matcher(Files.readString(Sources.root().resolve("pom.xml")))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void everyModuleOfTheHouseIsSeenAndUsesNoneThatIsBuiltAfterIt() throws Exception {
    List<String> order = modules();
    assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(order);
    assertThat(Stream.concat(SOURCES.stream().map(Source::module), TESTS_ONLY.stream()).distinct())
        .containsExactlyInAnyOrderElementsOf(order);
    MAY_USE.forEach(
        (module, used) ->
            assertThat(order.subList(0, order.indexOf(module))).as(module).containsAll(used));
  }

  @Test
  void arrowsGoOnlyWhereTheyMay() {
    Set<String> wrong = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (Source source : SOURCES) {
      for (String module : usedBy(source)) {
        seen.add(source.module() + " -> " + module);
        if (!MAY_USE.getOrDefault(source.module(), Set.of()).contains(module)) {
          wrong.add(source.name() + " uses " + module);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).contains("app -> control", "bench -> redis", "store/etcd -> store");
  }

  private static Set<String> usedBy(Source source) {
    Set<String> modules = new TreeSet<>();
    for (String name : source.used().ofTheHouse) {
      String at = name;
      while (!at.isEmpty() && !MODULE_OF_PACKAGE.containsKey(at)) {
        at = at.substring(0, Math.max(0, at.lastIndexOf('.')));
      }
      String module = MODULE_OF_PACKAGE.getOrDefault(at, "nothing that is there: " + name);
      if (!module.equals(source.module())) {
        modules.add(module);
      }
    }
    return modules;
  }

  @Test
  void whatWorksForAnyEngineNamesNone() {
    List<String> wrong = new ArrayList<>();
    Set<String> needed = new TreeSet<>();
    for (Source source : SOURCES) {
      if (OF_NO_ENGINE.contains(source.module())) {
        List<String> words = enginesWords(source);
        if (EXCEPTIONS.containsKey(source.name())) {
          needed.addAll(words.isEmpty() ? Set.of() : Set.of(source.name()));
        } else {
          words.forEach(word -> wrong.add(source.name() + ": " + word));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(needed)
        .as("exceptions that are needed")
        .isEqualTo(new TreeSet<>(EXCEPTIONS.keySet()));
  }

  @Test
  void anEnginesWordsAreFoundWhereTheyStand() {
    List<Source> engine = SOURCES.stream().filter(s -> s.module().equals("redis")).toList();
    assertThat(engine).isNotEmpty();
    assertThat(engine.stream().filter(source -> !enginesWords(source).isEmpty()).count())
        .isGreaterThan(engine.size() / 2);
    assertThat(List.of("a scope", "RESP", "ScopeTable", "redisHome", "key prefix", "SCOPES"))
        .allMatch(text -> ENGINES_WORD.matcher(text).find());
    assertThat(List.of("ScopedValue", "response", "respond", "microscope", "key"))
        .noneMatch(text -> ENGINES_WORD.matcher(text).find());
  }

  private static List<String> enginesWords(Source source) {
    return source.used().words.stream().filter(word -> ENGINES_WORD.matcher(word).find()).toList();
  }

  /// The names and texts in a file.
  private static final class Used extends TreeScanner<Void, Void> {
    final Set<String> ofTheHouse = new TreeSet<>();
    final Set<String> words = new TreeSet<>();

    @Override
    public Void visitMemberSelect(MemberSelectTree node, Void unused) {
      String name = node.toString();
      if (name.startsWith("dev.drover.")) {
        ofTheHouse.add(name);
      }
      words.add(node.getIdentifier().toString());
      return name.startsWith("dev.drover.") ? null : super.visitMemberSelect(node, null);
    }

    @Override
    public Void visitIdentifier(IdentifierTree node, Void unused) {
      words.add(node.getName().toString());
      return super.visitIdentifier(node, null);
    }

    @Override
    public Void visitLiteral(LiteralTree node, Void unused) {
      words.add(String.valueOf(node.getValue()));
      return super.visitLiteral(node, null);
    }

    @Override
    public Void visitClass(ClassTree node, Void unused) {
      words.add(node.getSimpleName().toString());
      return super.visitClass(node, null);
    }

    @Override
    public Void visitMethod(MethodTree node, Void unused) {
      words.add(node.getName().toString());
      return super.visitMethod(node, null);
    }

    @Override
    public Void visitVariable(VariableTree node, Void unused) {
      words.add(node.getName().toString());
      return super.visitVariable(node, null);
    }
  }
}
