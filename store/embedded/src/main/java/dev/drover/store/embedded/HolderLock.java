package dev.drover.store.embedded;

import dev.drover.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The right of one process to a data directory: a lock that ends with the process, and a file
/// beside it that tells the others who has it.
final class HolderLock implements Closeable {
  private static final String LOCK = "store.lock";
  private static final String HOLDER = "store.holder";

  private final Path directory;
  private final FileChannel channel;
  private final Instant since;

  private HolderLock(Path directory, FileChannel channel, Instant since) {
    this.directory = directory;
    this.channel = channel;
    this.since = since;
  }

  /// @throws StoreException.Unavailable naming the holder, if there is another
  static HolderLock take(Path directory, Instant now) throws IOException, StoreException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new StoreException.Unavailable(
            "%s is in use by another process (%s). Reach the store through that process, or stop it first."
                .formatted(directory, readHolder(directory)),
            null);
      }
      return new HolderLock(directory, channel, now);
    } catch (IOException | StoreException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether a process has ever held a complete store here.
  static boolean wasHeld(Path directory) {
    return Files.exists(directory.resolve(HOLDER));
  }

  /// Says who holds the directory.
  ///
  /// @param address where this process serves the store, empty if it does not
  void announce(String address) throws IOException {
    String text =
        "pid=%d host=%s since=%s address=%s%n"
            .formatted(
                ProcessHandle.current().pid(), host(), since, address.isEmpty() ? "none" : address);
    Path draft = directory.resolve(HOLDER + ".draft");
    Files.writeString(draft, text);
    Files.move(draft, directory.resolve(HOLDER), StandardCopyOption.ATOMIC_MOVE);
  }

  /// A machine need not be able to resolve its own name, as in small containers.
  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String readHolder(Path directory) throws IOException {
    Path holder = directory.resolve(HOLDER);
    return Files.exists(holder) ? Files.readString(holder).strip() : "which did not say who it is";
  }
}
