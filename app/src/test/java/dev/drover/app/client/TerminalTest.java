package dev.drover.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TerminalTest {
  private static String over(int columns, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    new Terminal(to, true, false, () -> columns).over(text);
    return out.toString(StandardCharsets.UTF_8).replace("\r\u001b[2K", "");
  }

  @Test
  void aLineIsCutBeforeTheLastColumn() {
    assertThat(over(11, "0123456789")).isEqualTo("0123456789");
    assertThat(over(10, "0123456789")).isEqualTo("012345...");
    assertThat(over(10, "012345678")).isEqualTo("012345678");
    assertThat(over(40, "")).isEmpty();
  }

  @Test
  void wideCharactersCountTwice() {
    assertThat(over(10, "漢字漢字")).isEqualTo("漢字漢字");
    assertThat(over(10, "漢字漢字漢")).isEqualTo("漢字漢...");
    assertThat(over(8, "😀😀😀😀")).isEqualTo("😀😀...");
  }

  @Test
  void noTextSteersTheTerminal() {
    assertThat(over(40, "a\u001b[2Jb\nc")).isEqualTo("a\ufffd[2Jb\ufffdc");
  }

  @Test
  void columnsAreThoseOfTheEnvironment() {
    assertThat(Columns.of(Map.of("COLUMNS", "40"))).hasValue(40);
    assertThat(Columns.of(Map.of("COLUMNS", "3"))).hasValue(20);
    assertThat(Columns.of(Map.of("COLUMNS", "wide"))).isEmpty();
    assertThat(Columns.of(Map.of())).isEmpty();
  }
}
