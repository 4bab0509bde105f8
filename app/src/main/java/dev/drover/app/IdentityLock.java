package dev.drover.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right of one process to be a gateway: a lock in its data directory that ends with the
/// process, and the name of the instance that this directory makes it.
final class IdentityLock implements AutoCloseable {
  private final FileChannel channel;
  private final String instance;

  private IdentityLock(FileChannel channel, String instance) {
    this.channel = channel;
    this.instance = instance;
  }

  /// Made once in a data directory: a process with the same one is the same gateway, started again.
  String instance() {
    return instance;
  }

  /// @throws StartException naming the holder, if another process has it
  static IdentityLock take(Path directory, String gateway, String process) throws StartException {
    Path holder = directory.resolve("gateway.holder");
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("gateway.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        String who = Files.exists(holder) ? Files.readString(holder).strip() : "another process";
        throw new StartException(
            "gateway '"
                + gateway
                + "' runs already: "
                + who
                + " holds "
                + directory
                + ". Stop it first, or give this one a name and a data directory of its own",
            null);
      }
      Files.writeString(holder, process);
      return new IdentityLock(channel, instance(directory));
    } catch (IOException e) {
      throw new StartException("cannot use the data directory " + directory + ": " + e, e);
    }
  }

  private static String instance(Path directory) throws IOException {
    Path file = directory.resolve("gateway.instance");
    if (Files.exists(file)) {
      String known = Files.readString(file).strip();
      if (!known.isEmpty()) {
        return known;
      }
    }
    String made = Ids.instance();
    Path beside = directory.resolve("gateway.instance.new");
    Files.writeString(beside, made);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return made;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
