package dev.drover.store.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// A file whose writes are durable when they return.
interface LogFile extends Closeable {

  void write(long offset, byte[] bytes) throws IOException;

  /// Fills with zeros, which makes the file that long; durable when it returns.
  void reserve(long offset, int length) throws IOException;

  /// Cuts the file off; durable when it returns.
  void truncate(long length) throws IOException;

  /// Opens log files; what tests put a failing disk in with.
  @FunctionalInterface
  interface Opener {
    LogFile open(Path path) throws IOException;
  }

  /// Opens a file for writes that are synced as with `fdatasync` (`O_DSYNC`), in one system call.
  /// Unlike a file channel it is not closed when a thread in it is interrupted.
  static LogFile open(Path path) throws IOException {
    var file = new RandomAccessFile(path.toFile(), "rwd");
    return new LogFile() {
      @Override
      public void write(long offset, byte[] bytes) throws IOException {
        file.seek(offset);
        file.write(bytes);
      }

      @Override
      public void reserve(long offset, int length) throws IOException {
        // Without a sync for each piece of it, but one at the end.
        try (var plain = new RandomAccessFile(path.toFile(), "rw")) {
          plain.seek(offset);
          plain.write(new byte[length]);
          plain.getFD().sync();
        }
      }

      @Override
      public void truncate(long length) throws IOException {
        file.setLength(length);
        file.getFD().sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
