package dev.drover.store.records;

import dev.drover.core.Crc32c;
import dev.drover.core.HomeId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A home as one process' configuration names it.
///
/// @param address a digest of the address at which that process reaches it
public record KnownHome(HomeId home, String address) {
  public static KnownHome at(HomeId home, String address) {
    return new KnownHome(home, digest(address));
  }

  /// What tells two texts apart, in eight characters.
  public static String digest(String text) {
    return HexFormat.of().toHexDigits(Crc32c.of(text.getBytes(StandardCharsets.UTF_8)), 8);
  }
}
