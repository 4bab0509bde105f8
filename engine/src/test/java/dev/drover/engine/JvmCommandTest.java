package dev.drover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JvmCommandTest {
  private static final List<String> NAMES =
      List.of(
          "java.class.path",
          "drover.archive",
          "drover.archive.collector",
          "drover.archive.classpath",
          "drover.archive.module");

  @TempDir Path directory;
  private final Map<String, String> before = new TreeMap<>();

  @BeforeEach
  void remember() {
    for (String name : NAMES) {
      String value = System.getProperty(name);
      if (value != null) {
        before.put(name, value);
      }
    }
    NAMES.stream().skip(1).forEach(System::clearProperty);
  }

  @AfterEach
  void restore() {
    NAMES.forEach(System::clearProperty);
    before.forEach(System::setProperty);
  }

  private static List<String> command(String collector) {
    return JvmCommand.of(collector, List.of("-Xmx64m"), "some.Main", List.of("one", "two"));
  }

  private static String classPath(List<String> command) {
    return command.get(command.indexOf("-cp") + 1);
  }

  @Test
  void withoutAnArchiveItRunsWhatThisJvmRuns() {
    List<String> command = command(JvmCommand.SERIAL);
    assertThat(command).contains("-XX:+UseSerialGC", "-Xmx64m").endsWith("some.Main", "one", "two");
    assertThat(command).noneMatch(each -> each.startsWith("-XX:AOTCache"));
    assertThat(classPath(command)).isEqualTo(System.getProperty("java.class.path"));
  }

  /// Two `logback.xml` in one class path, say, make Logback talk.
  @Test
  void theArchivesClassPathStandsInFrontAndNothingStandsTwice() throws Exception {
    Path archive = Files.createFile(directory.resolve("long.aot"));
    Path list =
        Files.writeString(directory.resolve("list"), "/run/a.jar:/run/drover-app-1.0.jar\n");
    System.setProperty("drover.archive", archive.toString());
    System.setProperty("drover.archive.collector", "Serial");
    System.setProperty("drover.archive.classpath", list.toString());
    System.setProperty(
        "java.class.path", "/app/target/test-classes:/app/target/classes:/m2/a.jar:/m2/b.jar");
    System.setProperty("drover.archive.module", "drover-app");
    List<String> command = command(JvmCommand.SERIAL);
    assertThat(command).contains("-XX:AOTCache=" + archive);
    assertThat(classPath(command))
        .isEqualTo("/run/a.jar:/run/drover-app-1.0.jar:/app/target/test-classes:/m2/b.jar");
    System.setProperty("drover.archive.module", "drover-ap");
    assertThat(classPath(command(JvmCommand.SERIAL))).contains("/app/target/classes");
  }

  @Test
  void anArchiveOfAnotherCollectorIsOfNoUse() throws Exception {
    Path archive = Files.createFile(directory.resolve("long.aot"));
    System.setProperty("drover.archive", archive.toString());
    assertThat(JvmCommand.archived()).contains(JvmCommand.G1);
    assertThat(command(JvmCommand.SERIAL)).noneMatch(each -> each.startsWith("-XX:AOTCache"));
    assertThat(command(JvmCommand.G1)).contains("-XX:+UseG1GC", "-XX:AOTCache=" + archive);
  }
}
