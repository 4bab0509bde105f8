package dev.drover.app.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What holds for the house as a whole (ARCHITECTURE.md, "The modules"): arrows only downward, time
/// and chance only in the shells, nothing too long.
final class HouseTest {
  private static final int FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 70;

  /// What is outside of the protocol: the processes, measurements, and whatever is under torture.
  private static final String OUTSIDE =
      "(app|torture|cli|bench)/.*|.*/dev/drover/[a-z]+/torture/.*";

  /// Where clocks, randomness and ids may come from: the wiring, the thin shells that name the
  /// system's clock as the default of an option, what flight recordings are told, and free ports.
  private static final Set<String> SHELLS =
      Set.of(
          "engine/src/main/java/dev/drover/engine/Ports.java",
          "library/src/main/java/dev/drover/library/ControlPlaneOptions.java",
          "opensearch/src/main/java/dev/drover/opensearch/plug/Clusters.java",
          "store/src/main/java/dev/drover/store/memory/MemoryStore.java",
          "store/src/main/java/dev/drover/store/trace/Leg.java",
          "store/embedded/src/main/java/dev/drover/store/embedded/EmbeddedStore.java",
          "store/embedded/src/main/java/dev/drover/store/remote/RemoteStore.java",
          "store/embedded/src/main/java/dev/drover/store/remote/StoreServer.java",
          "store/consul/src/main/java/dev/drover/store/consul/ConsulStoreOptions.java",
          "store/opensearch/src/main/java/dev/drover/store/opensearch/OpenSearchStoreOptions.java",
          "store/etcd/src/main/java/dev/drover/store/etcd/EtcdOptions.java",
          "store/redis/src/main/java/dev/drover/store/redis/RedisStoreOptions.java");

  private static final Set<String> CLOCKS_AND_CHANCE =
      Set.of(
          "System.nanoTime",
          "System.currentTimeMillis",
          "Instant.now",
          "LocalDateTime.now",
          "ZonedDateTime.now",
          "Clock.systemUTC",
          "InstantSource.system",
          "UUID.randomUUID",
          "Math.random",
          "ThreadLocalRandom.current",
          "SecureRandom",
          "Random");

  @Test
  void arrowsGoOnlyDownward() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.drover");
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("core")
        .definedBy("dev.drover.core..")
        .layer("store")
        .definedBy("dev.drover.store..")
        .layer("gateway")
        .definedBy("dev.drover.gateway..")
        .layer("redis")
        .definedBy("dev.drover.redis..")
        .layer("control")
        .definedBy("dev.drover.control..")
        .layer("app")
        .definedBy("dev.drover.app..")
        .whereLayer("app")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("control")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("redis")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("gateway")
        .mayOnlyBeAccessedByLayers("redis", "app")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("gateway", "redis", "control", "app")
        .check(classes);
  }

  @Test
  void noRoomButTheWiringKnowsWhichStoreItIs() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.drover");
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("wiring")
        .definedBy("dev.drover.app..")
        .layer("embedded")
        .definedBy("dev.drover.store.embedded..", "dev.drover.store.remote..")
        .layer("etcd")
        .definedBy("dev.drover.store.etcd..")
        .layer("redis store")
        .definedBy("dev.drover.store.redis..")
        .layer("opensearch store")
        .definedBy("dev.drover.store.opensearch..")
        .layer("consul store")
        .definedBy("dev.drover.store.consul..")
        .layer("rest")
        .definedBy(
            "dev.drover.core..",
            "dev.drover.store",
            "dev.drover.store.log..",
            "dev.drover.store.map..",
            "dev.drover.store.memory..",
            "dev.drover.store.records..",
            "dev.drover.gateway..",
            "dev.drover.redis..",
            "dev.drover.control..")
        .whereLayer("embedded")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("etcd")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("redis store")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("opensearch store")
        .mayOnlyBeAccessedByLayers("wiring")
        .whereLayer("consul store")
        .mayOnlyBeAccessedByLayers("wiring")
        .check(classes);
  }

  @Test
  void timeAndChanceAreArguments() throws Exception {
    List<Path> inner =
        Sources.all().stream()
            .filter(file -> Sources.name(file).contains("src/main/"))
            .filter(file -> !Sources.name(file).matches(OUTSIDE))
            .filter(file -> !SHELLS.contains(Sources.name(file)))
            .toList();
    assertThat(inner).hasSizeGreaterThan(100);
    List<String> found = new ArrayList<>();
    for (CompilationUnitTree unit : Sources.parsed(inner).units()) {
      new Chance(unit, found).scan(unit, null);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyShellThatIsNamedIsThere() {
    assertThat(SHELLS).allMatch(file -> Files.exists(Sources.root().resolve(file)));
  }

  @Test
  void noFileIsTooLong() throws Exception {
    List<String> tooLong = new ArrayList<>();
    for (Path file : Sources.all()) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES_MAX) {
        tooLong.add(Sources.name(file) + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void noMethodIsTooLong() throws Exception {
    List<String> found = new ArrayList<>();
    Sources.Parsed parsed = Sources.parsed(Sources.all());
    for (CompilationUnitTree unit : parsed.units()) {
      new Lengths(unit, parsed.positions(), found).scan(unit, null);
    }
    assertThat(found).isEmpty();
  }

  /// Finds uses of clocks and randomness.
  private static final class Chance extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final List<String> found;

    Chance(CompilationUnitTree unit, List<String> found) {
      this.unit = unit;
      this.found = found;
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree node, Void unused) {
      note(node.toString());
      return super.visitMemberSelect(node, null);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree node, Void unused) {
      note(node.getQualifierExpression() + "." + node.getName());
      return super.visitMemberReference(node, null);
    }

    @Override
    public Void visitIdentifier(IdentifierTree node, Void unused) {
      note(node.getName().toString());
      return super.visitIdentifier(node, null);
    }

    private void note(String used) {
      if (CLOCKS_AND_CHANCE.stream()
          .anyMatch(each -> used.equals(each) || used.endsWith("." + each))) {
        found.add(unit.getSourceFile().getName() + " uses " + used);
      }
    }
  }

  /// Finds methods that are too long.
  private static final class Lengths extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final List<String> found;
    private final SourcePositions positions;

    Lengths(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.found = found;
      this.positions = positions;
    }

    @Override
    public Void visitMethod(MethodTree node, Void unused) {
      long lines =
          line(positions.getEndPosition(unit, node))
              - line(positions.getStartPosition(unit, node))
              + 1;
      if (lines > METHOD_LINES_MAX) {
        found.add(
            unit.getSourceFile().getName() + ": " + node.getName() + " has " + lines + " lines");
      }
      return super.visitMethod(node, null);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
