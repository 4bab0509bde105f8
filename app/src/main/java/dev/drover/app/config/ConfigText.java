package dev.drover.app.config;

import dev.drover.store.records.KnownHome;
import java.nio.file.Path;

/// A configuration as its file says it at one moment.
///
/// @param digest what tells this text from others
public record ConfigText(Config config, String digest) {
  /// @throws ConfigException as [ConfigReader#read]
  public static ConfigText read(Path file) throws ConfigException {
    String text = YamlText.read(file);
    return new ConfigText(ConfigReader.parse(file, text), KnownHome.digest(text));
  }
}
