package dev.drover.app.config;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/// A secret in a file that only its owner can read.
public final class OwnerFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private OwnerFile() {}

  /// What is in the file, which is made with `text` if there is none.
  public static String readOrMake(Path file, Supplier<String> text) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    try {
      make(file, text.get());
    } catch (FileAlreadyExistsException e) {
      // Another process made it in the meantime; that one counts.
    }
    return Files.readString(file);
  }

  /// Makes a file. It is whole from the moment that it has its name: a process that was killed in
  /// between leaves none that is empty.
  ///
  /// @throws FileAlreadyExistsException if there is one already; it stays as it is
  public static void make(Path file, String text) throws IOException {
    Path fresh =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".secret",
            ".new",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.writeString(fresh, text);
      Files.createLink(file, fresh);
    } catch (UnsupportedOperationException e) {
      throw new AtomicMoveNotSupportedException(
          fresh.toString(), file.toString(), "this file system knows no links");
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
