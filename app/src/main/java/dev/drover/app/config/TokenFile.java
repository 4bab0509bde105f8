package dev.drover.app.config;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/// A token in a file that only its owner can read: whoever can read it may ask the server for
/// anything, and on loopback that is every process of this machine that finds it.
///
/// `drover init` makes one beside the configuration. Where the configuration names none, the server
/// makes one in its data directory, and commands of the same user find it there.
public final class TokenFile {
  /// What the API's is called in a server's data directory.
  public static final String NAME = "token";

  /// What the gateways' is called there.
  public static final String GATEWAYS = "gateway-token";

  private static final int RANDOM_BYTES = 32;

  private TokenFile() {}

  /// A token of a server whose configuration names none; made if there is none yet.
  public static String in(Path data, String name) throws IOException {
    String _ = OwnerFile.readOrMake(data.resolve(name), TokenFile::fresh);
    return read(data, name)
        .orElseThrow(() -> new NoSuchFileException(data.resolve(name).toString()));
  }

  /// The token that a server has made in its data directory, if it has.
  ///
  /// @throws IOException if it is there and cannot be read, or is empty
  public static Optional<String> read(Path data, String name) throws IOException {
    String text;
    try {
      text = Files.readString(data.resolve(name)).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (text.isEmpty()) {
      throw new IOException(data.resolve(name) + " is empty: delete it, and restart the server");
    }
    return Optional.of(text);
  }

  /// Makes a file with a new token.
  ///
  /// @throws FileAlreadyExistsException if there is one already; it stays as it is
  public static void write(Path file) throws IOException {
    OwnerFile.make(file, fresh());
  }

  private static String fresh() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random) + "\n";
  }
}
