package dev.drover.torture.fleet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A disk of its own for the store, which can be filled to the last byte: a small file system in
/// memory, where this process may mount one; else an ordinary directory that cannot be filled.
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 16;

  private final Path directory;
  private final boolean mounted;
  private boolean unmounted;

  private SmallDisk(Path directory, boolean mounted) {
    this.directory = directory;
    this.mounted = mounted;
  }

  /// @param size as `mount` takes it
  static SmallDisk at(Path directory, String size) throws IOException, InterruptedException {
    Files.createDirectory(directory);
    boolean mounted =
        ran(List.of("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()));
    return new SmallDisk(directory, mounted);
  }

  private static boolean ran(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether it can be filled.
  public boolean mounted() {
    return mounted;
  }

  Path directory() {
    return directory;
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  /// Takes all the space that is left.
  public void fill() throws IOException {
    if (!mounted) {
      throw new IllegalStateException("this disk is not ours to fill");
    }
    // In ever smaller pieces, until not one byte goes in.
    for (int bytes = BLOCK_BYTES; bytes > 0; bytes /= 16) {
      fillWith(new byte[bytes]);
    }
  }

  private void fillWith(byte[] block) {
    try (OutputStream out =
        Files.newOutputStream(
            filler(),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // It is full, for pieces of this size.
    }
  }

  /// Gives the space back.
  public void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  @Override
  public void close() throws IOException {
    free();
    try {
      // Lazily if need be: what is left open by a dying process ends with it.
      if (mounted && !unmounted) {
        unmounted =
            ran(List.of("umount", directory.toString()))
                || ran(List.of("umount", "-l", directory.toString()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
