package dev.drover.app.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// A token in a file that only its owner can read: whoever can read it may ask the server for
/// anything, and on loopback that is every process of this machine that finds it.
///
/// `drover init` makes one beside the configuration. Where the configuration names none, the server
/// makes one in its data directory, and commands of the same user find it there.
public final class TokenFile {
  /// What it is called in a server's data directory.
  public static final String NAME = "token";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int RANDOM_BYTES = 32;

  private TokenFile() {}

  /// The token of a server whose configuration names none; made if there is none yet.
  public static String in(Path data) throws IOException {
    Optional<String> there = read(data);
    if (there.isPresent()) {
      return there.get();
    }
    Files.createDirectories(data);
    try {
      write(data.resolve(NAME));
    } catch (FileAlreadyExistsException e) {
      // Another process made it in the meantime; that one counts.
    }
    return read(data).orElseThrow(() -> new NoSuchFileException(data.resolve(NAME).toString()));
  }

  /// The token that a server has made in its data directory, if it has.
  ///
  /// @throws IOException if it is there and cannot be read, or is empty
  public static Optional<String> read(Path data) throws IOException {
    String text;
    try {
      text = Files.readString(data.resolve(NAME)).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (text.isEmpty()) {
      throw new IOException(data.resolve(NAME) + " is empty: delete it, and restart the server");
    }
    return Optional.of(text);
  }

  /// Makes a file with a new token.
  ///
  /// It is whole from the moment that it has its name: a process that was killed in between leaves
  /// none that is empty.
  ///
  /// @throws FileAlreadyExistsException if there is one already; it stays as it is
  public static void write(Path file) throws IOException {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.UTF_8);
    Path directory = file.toAbsolutePath().getParent();
    Path fresh =
        Files.createTempFile(
            directory, ".token", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.write(fresh, text);
      Files.createLink(file, fresh);
    } catch (UnsupportedOperationException e) {
      throw new AtomicMoveNotSupportedException(
          fresh.toString(), file.toString(), "this file system knows no links");
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
