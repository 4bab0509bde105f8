package dev.drover.engine.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A password or token, or the place where it is. Never printed.
///
/// It is looked up when it is needed: `drover status` has to know the server's token, and no home's
/// password.
public final class Secret {
  private static final int BYTES_MAX = 1 << 16;

  private enum From {
    TEXT,
    FILE,
    ENVIRONMENT
  }

  private final From from;
  private final String what;
  private final int line;

  private Secret(From from, String what, int line) {
    this.from = from;
    this.what = what;
    this.line = line;
  }

  static Secret text(String value, int line) {
    return new Secret(From.TEXT, value, line);
  }

  static Secret file(Path file, int line) {
    return new Secret(From.FILE, file.toString(), line);
  }

  static Secret environment(String variable, int line) {
    return new Secret(From.ENVIRONMENT, variable, line);
  }

  int line() {
    return line;
  }

  /// The secret itself.
  ///
  /// @param environment the variables of this process
  /// @throws IllegalArgumentException saying where it was looked for, and what was found instead
  public String reveal(Map<String, String> environment) {
    return switch (from) {
      case TEXT -> what;
      case FILE -> ofFile();
      case ENVIRONMENT -> {
        String value = environment.get(what);
        if (value == null || value.isEmpty()) {
          throw new IllegalArgumentException(
              "the environment variable " + what + " is not set; it should hold a secret");
        }
        yield value;
      }
    };
  }

  private String ofFile() {
    String text;
    try (InputStream in = Files.newInputStream(Path.of(what))) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IllegalArgumentException(
            "the file "
                + what
                + " is larger than "
                + BYTES_MAX
                + " bytes; it should hold a secret");
      }
      text = new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the file " + what + " cannot be read; it should hold a secret", e);
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the file " + what + " is empty; it should hold a secret");
    }
    return text;
  }

  /// Whether it is had from the same place, or is the same text.
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && from == secret.from && what.equals(secret.what);
  }

  @Override
  public int hashCode() {
    return what.hashCode();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
