package dev.drover.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What damage to the log does: a torn end is cut off, anything else is reported.
final class LogDamageTest {
  @TempDir Path directory;

  /// The log of a store with keys `a` and `b`, and where the record of `b` stands.
  @SuppressWarnings("ArrayRecordComponent")
  private record Sample(byte[] log, int lastRecord, int end) {}

  private Sample sample() throws Exception {
    try (var store = EmbeddedStore.open(directory)) {
      store.put("a", "first".getBytes(UTF_8), StateStore.ABSENT, null);
      int before = end(Files.readAllBytes(log()));
      store.put("b", "second".getBytes(UTF_8), StateStore.ABSENT, null);
      byte[] bytes = Files.readAllBytes(log());
      return new Sample(bytes, before, end(bytes));
    }
  }

  private Path log() {
    return directory.resolve(CommitLog.NAME);
  }

  private static int end(byte[] log) {
    int end = LogFormat.HEADER_BYTES;
    for (int length = LogFormat.payloadLengthAt(log, end);
        length >= 0;
        length = LogFormat.payloadLengthAt(log, end)) {
      end += LogFormat.RECORD_HEADER_BYTES + length;
    }
    return end;
  }

  private void assertOnlyTheFirstIsThere(byte[] log, String how) throws Exception {
    Files.write(log(), log);
    try (var store = EmbeddedStore.open(directory)) {
      assertThat(store.get("a")).as(how).isPresent();
      assertThat(store.get("b")).as(how).isEmpty();
      store.put("c", "third".getBytes(UTF_8), StateStore.ABSENT, null);
    }
    try (var store = EmbeddedStore.open(directory)) {
      assertThat(store.list("").entries()).as(how).hasSize(2);
    }
  }

  @Test
  void aLastRecordThatEndsAnywhereIsCutOff() throws Exception {
    Sample sample = sample();
    for (int cut = sample.lastRecord; cut < sample.end; cut++) {
      assertOnlyTheFirstIsThere(Arrays.copyOf(sample.log, cut), "file ends at " + cut);
      byte[] zeroed = sample.log.clone();
      Arrays.fill(zeroed, cut, sample.end, (byte) 0);
      // The last byte of a record may be a zero itself.
      if (!Arrays.equals(zeroed, sample.log)) {
        assertOnlyTheFirstIsThere(zeroed, "zeros from " + cut);
      }
    }
  }

  @Test
  void aLastRecordWithAnyByteWrongIsCutOff() throws Exception {
    Sample sample = sample();
    for (int at = sample.lastRecord; at < sample.end; at++) {
      byte[] damaged = sample.log.clone();
      damaged[at] ^= 0x41;
      assertOnlyTheFirstIsThere(damaged, "byte " + at);
      assertThat(Files.readAllBytes(directory.resolve(CommitLog.CUT)))
          .as("what was cut off is kept")
          .startsWith(Arrays.copyOfRange(damaged, sample.lastRecord, sample.end));
    }
  }

  @Test
  void aBadRecordBeforeAValidOneIsReportedWithFileAndOffset() throws Exception {
    Sample sample = sample();
    int first = LogFormat.HEADER_BYTES;
    int second =
        first + LogFormat.RECORD_HEADER_BYTES + LogFormat.payloadLengthAt(sample.log, first);
    assertThat(second).isLessThan(sample.lastRecord);
    for (int at = second; at < sample.lastRecord; at++) {
      byte[] damaged = sample.log.clone();
      damaged[at] ^= 0x41;
      Files.write(log(), damaged);
      assertThatThrownBy(() -> EmbeddedStore.open(directory))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining(log().toString())
          .hasMessageContaining("offset " + second);
      assertThat(Files.readAllBytes(log())).isEqualTo(damaged);
    }
  }

  @Test
  void anythingElseUnderTheLogsNameIsReported() throws Exception {
    Sample sample = sample();
    for (byte[] other :
        new byte[][] {
          new byte[0], "hello".getBytes(UTF_8), Arrays.copyOf(sample.log, LogFormat.HEADER_BYTES)
        }) {
      Files.write(log(), other);
      assertThatThrownBy(() -> EmbeddedStore.open(directory))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining(log().toString());
    }
  }

  @Test
  void aMissingLogIsNotAnEmptyStore() throws Exception {
    sample();
    Files.delete(log());
    assertThatThrownBy(() -> EmbeddedStore.open(directory))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("missing");
  }

  @Test
  void aDraftThatACrashLeftIsNoTruth() throws Exception {
    sample();
    Files.writeString(directory.resolve(CommitLog.NAME + ".draft"), "half a snapshot");
    try (var store = EmbeddedStoreTest.openCompacting(directory)) {
      // A compaction runs beside the writes, and may take longer than these.
      for (int i = 0; i < 200 || end(Files.readAllBytes(log())) >= 15_000; i++) {
        store.put("k" + i % 3, new byte[100], StateStore.ANY, null);
      }
    }
    assertThat(end(Files.readAllBytes(log()))).isLessThan(15_000);
    try (var store = EmbeddedStore.open(directory)) {
      assertThat(store.list("").entries()).hasSize(5);
    }
  }

  @Test
  void aSecondOpenerIsToldWhoHoldsIt() throws Exception {
    try (var store = EmbeddedStore.open(directory)) {
      store.announce("127.0.0.1:7070");
      assertThatThrownBy(() -> EmbeddedStore.open(directory))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("pid=" + ProcessHandle.current().pid())
          .hasMessageContaining("address=127.0.0.1:7070")
          .hasMessageContaining("stop it first");
      assertThat(store.list("").entries()).isEmpty();
    }
    EmbeddedStore.open(directory).close();
  }
}
