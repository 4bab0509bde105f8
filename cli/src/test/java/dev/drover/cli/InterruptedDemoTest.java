package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `drover demo` that is interrupted as a terminal does it: all of its processes get the signal.
final class InterruptedDemoTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void itSaysSoInOneLineAndLeavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path said = directory.resolve("said");
    Process demo =
        new ProcessBuilder(
                Ran.process(
                    List.of("-Djava.io.tmpdir=" + temporary),
                    "demo",
                    "--keys",
                    "1000",
                    "--seconds",
                    "60"))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    while (!Files.readString(said).contains("clients write")) {
      assertThat(demo.isAlive()).as(Files.readString(said)).isTrue();
      Thread.sleep(20);
    }
    List<ProcessHandle> others = demo.descendants().toList();
    assertThat(others).hasSizeGreaterThanOrEqualTo(5);
    others.forEach(ProcessHandle::destroy);
    demo.destroy();
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(said);
    assertThat(text).endsWith("drover: interrupted\n").doesNotContain("\tat ", "Exception");
    assertThat(others).noneMatch(ProcessHandle::isAlive);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("drover-demo"));
    }
  }
}
