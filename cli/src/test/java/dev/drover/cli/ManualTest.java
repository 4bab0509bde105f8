package dev.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ManualTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void everyCommandHasAPage() throws Exception {
    Manual.main(new String[] {directory.toString()});
    assertThat(directory.resolve("man1/drover-names.1")).doesNotExist();
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      if (command.getCommandSpec().usageMessage().hidden()) {
        continue;
      }
      assertThat(directory.resolve("man1/drover-" + command.getCommandName() + ".1"))
          .content()
          .contains(".SH NAME\n", ".SH SYNOPSIS\ndrover " + command.getCommandName())
          .contains(".SH DESCRIPTION\n", ".SH OPTIONS\n");
    }
    assertThat(directory.resolve("man1/drover-strays-keep.1")).exists();
    assertThat(directory.resolve("man1/drover-move.1"))
        .content()
        .contains("\\-\\-budget TIME\n", ".SH EXAMPLES\n", ".SH EXIT STATUS\n0 moved");
    assertThat(directory.resolve("man5/drover.yaml.5")).content().contains("\ngateways:\n");
  }

  /// Roff takes a line that begins with a dot or an apostrophe for a command of its own.
  @Test
  void noTextIsTakenForRoff() throws Exception {
    Manual.main(new String[] {directory.toString()});
    try (Stream<Path> pages = Files.walk(directory)) {
      for (Path page : pages.filter(Files::isRegularFile).toList()) {
        List<String> lines = Files.readAllLines(page);
        assertThat(lines.stream().skip(1))
            .as(page.toString())
            .allMatch(line -> !line.startsWith("'"))
            .allMatch(
                line ->
                    !line.startsWith(".") || line.matches("\\.(TH|SH|TP|PP|nh|ad|nf|fi)( .*)?"));
      }
    }
  }
}
