package dev.drover.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.Entry;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes is killed at random moments.
final class KillTest {
  private static final int KILLS = 15;

  @TempDir Path directory;

  @Test
  @Timeout(180)
  void nothingAcknowledgedIsLostAndNothingIsHalfApplied() throws Exception {
    var random = new Random(7);
    var acknowledged = new HashMap<String, long[]>();
    for (int kill = 0; kill < KILLS; kill++) {
      Map<String, long[]> before = Map.copyOf(acknowledged);
      runAndKill(20 + random.nextInt(300), acknowledged);
      assertThat(acknowledged).isNotEqualTo(before);
      try (var store = EmbeddedStore.open(directory.resolve("store"))) {
        for (var each : acknowledged.entrySet()) {
          Entry entry = store.get(each.getKey()).orElseThrow();
          long count = KilledProcess.count(entry);
          long known = each.getValue()[0];
          // One more may have been written, and killed before it was told.
          assertThat(count).isBetween(known, known + 1);
          assertThat(entry.version()).isGreaterThanOrEqualTo(each.getValue()[1]);
          each.setValue(new long[] {count, entry.version()});
        }
        long increments =
            store.list("").entries().stream().mapToLong(entry -> KilledProcess.count(entry)).sum();
        // Every opening but the first leaves revisions out.
        assertThat(store.list("").revision())
            .isEqualTo(increments + EmbeddedStore.DEFERRED_MAX * (2L * kill + 1));
      }
    }
  }

  /// Kills the process after it has acknowledged `lines` increments, and reads all that it told.
  private void runAndKill(int lines, Map<String, long[]> acknowledged) throws Exception {
    Path errors = directory.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledProcess.class.getName(),
                    directory.resolve("store").toString()))
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      int seen = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (++seen == lines) {
          // By its handle, which leaves the pipe to be read to its end.
          assertThat(process.toHandle().destroyForcibly()).isTrue();
        }
        String[] words = line.split(" ", -1);
        // The last line may be cut off by the kill.
        if (words.length == 3) {
          acknowledged.put(
              words[0], new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
        }
      }
      assertThat(seen).as(Files.readString(errors)).isGreaterThanOrEqualTo(lines);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }
}
