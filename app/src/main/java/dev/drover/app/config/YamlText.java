package dev.drover.app.config;

import dev.drover.engine.config.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// The limits of a configuration's text. A file without end, nested without end, or one whose
/// aliases make much of little, would take the memory or the stack of whoever reads it.
final class YamlText {
  private static final int BYTES_MAX = 1 << 20;
  private static final int DEPTH_MAX = 20;

  private YamlText() {}

  /// Reads a file up to the limit.
  ///
  /// @throws ConfigException if it is larger, or is not UTF-8
  static String read(Path file) throws ConfigException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (IOException e) {
      String why =
          Files.isDirectory(file)
              ? "it is a directory"
              : Files.exists(file) ? "see whether this user may read it" : "it is not there";
      throw fault(file, 0, "cannot be read: " + why);
    }
    if (bytes.length > BYTES_MAX) {
      throw fault(
          file,
          lines(bytes, BYTES_MAX),
          "the file is larger than " + BYTES_MAX + " bytes here: is it a configuration?");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw fault(file, 0, "is not text in UTF-8");
    }
  }

  private static int lines(byte[] bytes, int end) {
    int line = 1;
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n') {
        line++;
      }
    }
    return line;
  }

  /// Looks at it piece by piece, without building anything of it.
  ///
  /// @throws ConfigException if it is nested too deep, or has an alias
  static void check(Path file, LoadSettings settings, String text) throws ConfigException {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof AliasEvent) {
        throw fault(
            file, line(event), "an alias ('*name') is not read here: write out what it stands for");
      }
      if (event instanceof CollectionStartEvent && ++depth > DEPTH_MAX) {
        throw fault(
            file,
            line(event),
            "nested deeper than " + DEPTH_MAX + " levels: no key of a configuration is");
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private static int line(Event event) {
    Optional<Mark> mark = event.getStartMark();
    return mark.map(at -> at.getLine() + 1).orElse(0);
  }

  private static ConfigException fault(Path file, int line, String message) {
    return new ConfigException(file, List.of(new Fault(line, message)));
  }
}
