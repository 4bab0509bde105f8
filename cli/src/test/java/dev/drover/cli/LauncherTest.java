package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./drover` in a checkout that whoever runs it may only read.
final class LauncherTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private Path checkout() {
    return directory.resolve("checkout");
  }

  private Path own() {
    return directory.resolve("own");
  }

  /// As the launcher leaves it: jars that are copied, a list of them, and when that was.
  @BeforeEach
  void aCheckoutThatIsBuilt() throws Exception {
    Path run = checkout().resolve("cli/target/launch");
    Files.createDirectories(run.resolve("lib"));
    Files.createDirectories(checkout().resolve("packaging"));
    Files.createDirectories(checkout().resolve("cli/src/main"));
    for (String each : List.of("drover", "packaging/launch.sh", "pom.xml")) {
      Files.copy(ROOT.resolve(each), checkout().resolve(each), StandardCopyOption.COPY_ATTRIBUTES);
    }
    StringBuilder jars = new StringBuilder();
    int number = 0;
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(each);
      if (Files.exists(from)) {
        String name = number++ + "-" + from.getFileName();
        copy(from, run.resolve("lib").resolve(name));
        jars.append(name).append('\n');
      }
    }
    Files.writeString(run.resolve("jars"), jars);
    Files.writeString(run.resolve("built"), "");
    Files.createDirectory(own());
    ran("chmod 755 . && chmod 777 own && chmod -R a-w,a+rX checkout");
  }

  @AfterEach
  void writable() throws Exception {
    ran("chmod -R u+w checkout");
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  private Ran ran(String command) throws Exception {
    return Ran.ofProcess(directory, "sh", "-c", command);
  }

  /// As somebody who may not write to the checkout: root may write everywhere.
  private Ran asReader(String command) throws Exception {
    String inOwn =
        "cd '%s' && export DROVER_JAVA='%s' && %s"
            .formatted(own(), System.getProperty("java.home"), command);
    return "root".equals(System.getProperty("user.name"))
        ? Ran.ofProcess(directory, "su", "nobody", "-s", "/bin/sh", "-c", inOwn)
        : ran(inOwn);
  }

  @Test
  void aBuiltCheckoutRunsWithoutWritingToIt() throws Exception {
    Ran help = asReader("../checkout/drover --help");
    assertThat(help.exit()).as(help.err()).isZero();
    assertThat(help.out()).contains("Usage: drover");
    Ran init = asReader("../checkout/drover init");
    assertThat(init.exit()).as(init.err()).isZero();
    assertThat(own().resolve("drover.yaml")).exists();
    Ran status = asReader("sed -i 's/7400/1/' drover.yaml; ../checkout/drover status");
    assertThat(status.exit()).as(status.err()).isEqualTo(Exit.UNREACHABLE);
  }

  @Test
  void aCheckoutThatCannotBeBuiltSaysSoAndWhatToDo() throws Exception {
    ran("chmod -R u+w checkout && touch -d '1 hour' checkout/pom.xml && chmod -R a-w checkout");
    Ran newer = asReader("../checkout/drover status");
    assertThat(newer.exit()).isEqualTo(Exit.USAGE);
    assertThat(newer.err())
        .contains("has sources that are newer", "may not write there", "cp -R")
        .doesNotContain("ermission denied");
    ran("chmod -R u+w checkout && rm checkout/cli/target/launch/built && chmod -R a-w checkout");
    assertThat(asReader("../checkout/drover status").err()).contains("is not built");
  }

  @Test
  void whatNeedsAnOpenSearchWouldFetchOne() throws Exception {
    for (String each : List.of("demo opensearch", "torture --engine opensearch")) {
      Ran ran = asReader("../checkout/drover " + each);
      assertThat(ran.exit()).as(each + ": " + ran.err()).isEqualTo(Exit.USAGE);
      assertThat(ran.err()).contains("has no OpenSearch yet", "may not write there");
    }
    Ran help = asReader("../checkout/drover demo opensearch --help");
    assertThat(help.exit()).as(help.err()).isZero();
  }
}
