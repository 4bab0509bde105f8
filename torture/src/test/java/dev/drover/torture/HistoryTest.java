package dev.drover.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.history.HistoryReader;
import dev.drover.torture.history.HistoryWriter;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void whatWasCutOffByAKillIsOfUnknownOutcome() throws Exception {
    Path file = directory.resolve("c1.history");
    KeyName name = new KeyName(11, Family.LIST, 7, 123_456);
    try (HistoryWriter writer = new HistoryWriter(file)) {
      int first = writer.begun(Kind.PUSH, name.packed(), 2, 77, 1_000);
      int second = writer.begun(Kind.SET, name.packed(), 1, 78, 1_001);
      writer.ended(first, Outcome.DONE, 77, 3, 2_000);
      assertThat(second).isNotEqualTo(first);
    }
    Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    List<Op> read = new ArrayList<>();
    HistoryReader.read(file, 4, read::add);
    assertThat(read)
        .containsExactly(
            new Op(4, 0, name.packed(), Kind.PUSH, Outcome.DONE, 2, 1_000, 2_000, 77, 3),
            new Op(
                4, 1, name.packed(), Kind.SET, Outcome.UNKNOWN, 1, 1_001, Long.MAX_VALUE, 78, 0));
    assertThat(KeyName.unpacked(name.packed())).isEqualTo(name);
    assertThat(name).hasToString("t11:l:7:123456");
  }
}
