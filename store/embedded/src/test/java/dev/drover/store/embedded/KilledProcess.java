package dev.drover.store.embedded;

import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// What [KillTest] kills: increments two counters in turn by two threads, and prints each
/// acknowledged `counter count version`, in one system call.
final class KilledProcess {
  private KilledProcess() {}

  public static void main(String[] args) throws Exception {
    EmbeddedStore store = EmbeddedStoreTest.openCompacting(Path.of(args[0]));
    var out = new FileOutputStream(FileDescriptor.out);
    for (String counter : new String[] {"x", "y"}) {
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  while (true) {
                    increment(store, counter, out);
                  }
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
    }
  }

  private static void increment(StateStore store, String counter, FileOutputStream out)
      throws Exception {
    Optional<Entry> current = store.get(counter);
    long count = current.map(KilledProcess::count).orElse(0L) + 1;
    // Long and of one number throughout: half of it would show.
    var value = ByteBuffer.allocate(8 * (int) (1 + count % 60));
    while (value.hasRemaining()) {
      value.putLong(count);
    }
    PutResult result =
        store.put(counter, value.array(), current.map(Entry::version).orElse(0L), null);
    long version = ((PutResult.Applied) result).version();
    out.write("%s %d %d%n".formatted(counter, count, version).getBytes(StandardCharsets.US_ASCII));
  }

  static long count(Entry entry) {
    var value = ByteBuffer.wrap(entry.value());
    long count = value.getLong();
    if (entry.value().length != 8 * (1 + count % 60)) {
      throw new AssertionError("half a value of " + count);
    }
    while (value.hasRemaining()) {
      if (value.getLong() != count) {
        throw new AssertionError("half a value of " + count);
      }
    }
    return count;
  }
}
