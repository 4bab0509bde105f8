package dev.drover.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fails in the middle of a commit.
final class FailingDiskTest {
  private static final byte[] VALUE = "not a zero ".repeat(50).getBytes(UTF_8);

  @TempDir Path directory;

  /// A disk that writes half of what it is given and then fails, when told to.
  private static final class Disk implements LogFile.Opener {
    volatile boolean writesFail;
    volatile boolean truncationsFail;
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public LogFile open(Path path) throws IOException {
      LogFile real = LogFile.open(path);
      return new LogFile() {
        @Override
        public void write(long offset, byte[] bytes) throws IOException {
          if (writesFail) {
            failures.incrementAndGet();
            real.write(offset, Arrays.copyOf(bytes, bytes.length / 2));
            throw new IOException("No space left on device");
          }
          real.write(offset, bytes);
        }

        @Override
        public void reserve(long offset, int length) throws IOException {
          if (writesFail) {
            failures.incrementAndGet();
            throw new IOException("No space left on device");
          }
          real.reserve(offset, length);
        }

        @Override
        public void truncate(long length) throws IOException {
          if (truncationsFail) {
            throw new IOException("Input/output error");
          }
          real.truncate(length);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  private EmbeddedStore open(Disk disk) throws StoreException {
    return EmbeddedStore.open(directory, EmbeddedStore.Options.defaults(), disk);
  }

  @Test
  void aWriteOnAFullDiskIsRefusedAndNeverSeenAndTheStoreGoesOn() throws Exception {
    var disk = new Disk();
    long before;
    try (var store = open(disk)) {
      store.put("a", VALUE, StateStore.ABSENT, null);
      before = store.list("").revision();
      disk.writesFail = true;
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> store.put("b", VALUE, StateStore.ABSENT, null))
            .isInstanceOf(StoreException.Refused.class)
            .hasMessageContaining("No space left");
        assertThat(store.get("b")).isEmpty();
      }
      assertThat(store.list("").revision()).isEqualTo(before);
      disk.writesFail = false;
      store.put("c", VALUE, StateStore.ABSENT, null);
    }
    assertThat(disk.failures).hasPositiveValue();
    try (var store = open(disk)) {
      assertThat(store.list("").entries().stream().map(entry -> entry.key()))
          .containsExactly("a", "c");
    }
  }

  @Test
  void afterAWriteOfUnknownOutcomeEverythingIsRefusedUntilItIsOpenedAgain() throws Exception {
    var disk = new Disk();
    try (var store = open(disk)) {
      store.put("a", VALUE, StateStore.ABSENT, null);
      disk.writesFail = true;
      disk.truncationsFail = true;
      assertThatThrownBy(() -> store.put("b", VALUE, StateStore.ABSENT, null))
          .isInstanceOf(StoreException.OutcomeUnknown.class);
      disk.writesFail = false;
      disk.truncationsFail = false;
      assertThatThrownBy(() -> store.get("a"))
          .isInstanceOf(StoreException.Unavailable.class)
          .hasMessageContaining("opened again");
      assertThatThrownBy(() -> store.put("c", VALUE, StateStore.ABSENT, null))
          .isInstanceOf(StoreException.Unavailable.class);
    }
    try (var store = open(disk)) {
      assertThat(store.get("a")).isPresent();
      assertThat(store.get("b")).isEmpty();
      assertThat(store.get("c")).isEmpty();
      store.put("b", VALUE, StateStore.ABSENT, null);
    }
  }

  @Test
  void aCompactionThatFailsLosesNothing() throws Exception {
    var disk = new Disk();
    var options = new EmbeddedStore.Options(System::nanoTime, InstantSource.system(), 1);
    var opened = new AtomicInteger();
    LogFile.Opener draftsFail =
        path -> {
          // The first is the log of the new store.
          int number = opened.incrementAndGet();
          if (number >= 2 && number <= 4) {
            throw new IOException("No space left on device");
          }
          return LogFile.open(path);
        };
    try (var store = EmbeddedStore.open(directory, options, draftsFail)) {
      for (int i = 0; i < 50; i++) {
        store.put("k" + i, VALUE, StateStore.ABSENT, null);
      }
    }
    assertThat(opened).hasValueGreaterThanOrEqualTo(2);
    try (var store = open(disk)) {
      assertThat(store.list("").entries()).hasSize(50);
    }
  }
}
