package dev.drover.store.embedded;

import dev.drover.store.StoreException;
import dev.drover.store.map.Mutation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that holds all commits since a snapshot, which it begins with. Not thread-safe.
///
/// It is replaced as a whole: a new one is written beside it, synced, and renamed over it, so at
/// any moment the file of this name is complete. Space is filled with zeros ahead of the commits,
/// so that a commit need not change the file's length (which saves a fifth of its time).
final class CommitLog implements Closeable {
  static final String NAME = "store.log";

  /// What was last cut off at a start.
  static final String CUT = "store.log.cut";

  private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);
  private static final int SNAPSHOT_PAYLOAD_BYTES = 1 << 20;
  private static final int ZEROS_BYTES = 1 << 20;

  private final Path path;
  private final LogFile.Opener opener;
  private LogFile file;
  private long end;
  private long allocated;
  private long snapshotEnd;

  private CommitLog(Path path, LogFile.Opener opener, LogFile file, long end, long allocated) {
    this.path = path;
    this.opener = opener;
    this.file = file;
    this.end = end;
    this.allocated = allocated;
    this.snapshotEnd = end;
  }

  static boolean existsIn(Path directory) {
    return Files.exists(directory.resolve(NAME));
  }

  /// Creates the log of a new store.
  static CommitLog create(
      Path directory, List<Mutation> snapshot, long spareBytes, LogFile.Opener opener)
      throws IOException {
    Path path = directory.resolve(NAME);
    var successor = new Successor(path, snapshot, opener, spareBytes);
    successor.rename();
    return new CommitLog(path, opener, successor.file, successor.end, successor.allocated);
  }

  /// Reads an existing log, and cuts off a last record that does not check. It is kept beside:
  /// whether a crash tore a commit that nobody was told of, or an acknowledged one was damaged or
  /// cut, the log cannot tell.
  ///
  /// @param replay given each commit's mutations in order
  /// @throws StoreException.Corrupt naming the file and the offset, if anything else does not check
  static CommitLog open(Path directory, Consumer<List<Mutation>> replay, LogFile.Opener opener)
      throws IOException, StoreException {
    Path path = directory.resolve(NAME);
    byte[] bytes = Files.readAllBytes(path);
    if (!LogFormat.hasHeader(bytes)) {
      throw corrupt(path, 0, "this is no log of a store, or one of another version", null);
    }
    int end = LogFormat.HEADER_BYTES;
    int length = LogFormat.payloadLengthAt(bytes, end);
    while (length >= 0) {
      int start = end + LogFormat.RECORD_HEADER_BYTES;
      try {
        replay.accept(MutationCodec.decode(bytes, start, length));
      } catch (IOException | IllegalStateException e) {
        throw corrupt(path, end, "the record checks, but makes no sense here", e);
      }
      end = start + length;
      length = LogFormat.payloadLengthAt(bytes, end);
    }
    if (end == LogFormat.HEADER_BYTES) {
      throw corrupt(path, end, "the first record, which every log has, does not check", null);
    }
    boolean torn = checkTail(path, bytes, end);
    var log = new CommitLog(path, opener, opener.open(path), end, bytes.length);
    if (torn) {
      LOG.warn(
          "{}: the last record, at {}, does not check. Either a crash tore a commit that nobody was told of, or a commit that was acknowledged has been damaged or cut off since; the log cannot tell which. {} The server asks homes and gateways next whether something is missing; if so, it does not start",
          path,
          end,
          keepCut(path, bytes, end));
      log.rollBack();
    }
    return log;
  }

  /// @return for people: what became of the bytes
  private static String keepCut(Path path, byte[] bytes, int end) {
    Path cut = path.resolveSibling(CUT);
    try {
      Files.write(cut, Arrays.copyOfRange(bytes, end, bytes.length));
      return "What stood there (%d bytes) is kept in %s and cut off."
          .formatted(bytes.length - end, cut);
    } catch (IOException e) {
      return "What stood there (%d bytes) is cut off, and could not be kept in %s (%s)."
          .formatted(bytes.length - end, cut, e);
    }
  }

  /// Whether the bytes from `end` on are the remains of a commit, rather than untouched zeros.
  private static boolean checkTail(Path path, byte[] bytes, int end) throws StoreException {
    int last = bytes.length;
    while (last > end && bytes[last - 1] == 0) {
      last--;
    }
    // Beyond the last byte that is not zero no record begins: its length is not.
    for (int at = end + 1; at < last; at++) {
      if (LogFormat.payloadLengthAt(bytes, at) >= 0) {
        throw corrupt(
            path, end, "the record does not check, but a valid one follows at " + at, null);
      }
    }
    return last > end;
  }

  /// Writes one commit; durable when it returns. After an exception, [#rollBack] first.
  void append(byte[] payload) throws IOException {
    byte[] record = LogFormat.record(end, payload);
    while (end + record.length > allocated) {
      file.reserve(allocated, ZEROS_BYTES);
      allocated += ZEROS_BYTES;
    }
    file.write(end, record);
    end += record.length;
  }

  /// Removes whatever stands after the last whole commit; durable when it returns.
  void rollBack() throws IOException {
    file.truncate(end);
    allocated = end;
  }

  /// How much was committed since the snapshot.
  long bytesSinceSnapshot() {
    return end - snapshotEnd;
  }

  /// Begins a log to replace this one. The snapshot is written now; this one stays in use.
  Successor prepareSuccessor(List<Mutation> snapshot, long spareBytes) throws IOException {
    return new Successor(path, snapshot, opener, spareBytes);
  }

  /// Replaces this log by its successor.
  ///
  /// @throws IOException if it is not certain which of the two a crash would leave
  void switchTo(Successor successor) throws IOException {
    successor.rename();
    LogFile old = file;
    file = successor.file;
    end = successor.end;
    snapshotEnd = successor.end;
    allocated = successor.allocated;
    old.close();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static StoreException.Corrupt corrupt(
      Path path, long offset, String what, @Nullable Throwable cause) {
    return new StoreException.Corrupt("%s at offset %d: %s".formatted(path, offset, what), cause);
  }

  /// A log that is being written beside the one in use.
  static final class Successor {
    private final Path path;
    private final Path draft;
    private final LogFile file;
    private long end;
    private long allocated;

    private Successor(Path path, List<Mutation> snapshot, LogFile.Opener opener, long spareBytes)
        throws IOException {
      this.path = path;
      draft = path.resolveSibling(NAME + ".draft");
      Files.deleteIfExists(draft);
      file = opener.open(draft);
      try {
        file.write(0, LogFormat.header());
        end = LogFormat.HEADER_BYTES;
        writeSnapshot(snapshot);
        allocated = end;
        file.reserve(allocated, Math.toIntExact(spareBytes));
        allocated += spareBytes;
      } catch (IOException e) {
        discard();
        throw e;
      }
    }

    /// How much has been written.
    long sizeBytes() {
      return end;
    }

    void append(byte[] payload) throws IOException {
      byte[] record = LogFormat.record(end, payload);
      file.write(end, record);
      end += record.length;
      allocated = Math.max(allocated, end);
    }

    void discard() throws IOException {
      file.close();
      Files.deleteIfExists(draft);
    }

    private void writeSnapshot(List<Mutation> snapshot) throws IOException {
      var part = new ArrayList<Mutation>();
      long partBytes = 0;
      for (Mutation mutation : snapshot) {
        part.add(mutation);
        partBytes += 64 + (mutation instanceof Mutation.Put put ? put.value().length : 0);
        if (partBytes > SNAPSHOT_PAYLOAD_BYTES) {
          append(MutationCodec.encode(part));
          part.clear();
          partBytes = 0;
        }
      }
      if (!part.isEmpty()) {
        append(MutationCodec.encode(part));
      }
    }

    private void rename() throws IOException {
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (var directory =
          FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }
}
