package dev.drover.app.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;

/// The version before this one, compiled from the repository's history against the libraries of
/// today.
final class OldVersion {
  /// The last version before records had a format.
  private static final String COMMIT = "ea0c87e";

  private static final List<String> MODULES =
      List.of(
          "core",
          "store",
          "store/embedded",
          "store/etcd",
          "gateway",
          "redis",
          "store/redis",
          "control",
          "app");

  private OldVersion() {}

  /// Its class path. Where the history is not there, as in an archive of the sources, the test that
  /// asks is skipped.
  ///
  /// @param directory where it is built
  static String classPath(Path directory) throws Exception {
    Path tar = directory.resolve("old.tar");
    List<String> archive =
        new ArrayList<>(List.of("git", "archive", "-o", tar.toString(), COMMIT, "--"));
    MODULES.forEach(module -> archive.add(module + "/src/main"));
    Assumptions.assumeTrue(
        ran(root(), archive) && ran(directory, List.of("tar", "-xf", tar.toString())),
        "the version before this one is not in the history here (commit " + COMMIT + "): skipped");
    Path classes = Files.createDirectory(directory.resolve("classes"));
    compile(directory, classes);
    for (String module : MODULES) {
      copy(directory.resolve(module + "/src/main/resources"), classes);
    }
    return classes + File.pathSeparator + libraries();
  }

  /// This class path without what is Drover's own.
  private static String libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(each -> each.endsWith(".jar") && !each.contains("drover-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void compile(Path from, Path classes) throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> files = Files.walk(from)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", libraries());
      boolean compiled =
          compiler
              .getTask(
                  null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!compiled) {
        throw new AssertionError("the version before this one does not compile any more");
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("mvnw"))) {
      at = Objects.requireNonNull(at.getParent(), "the sources are not above this directory");
    }
    return at;
  }

  private static boolean ran(Path in, List<String> command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
