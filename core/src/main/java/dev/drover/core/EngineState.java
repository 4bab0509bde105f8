package dev.drover.core;

import java.nio.charset.StandardCharsets;

/// How far an engine has come in a move, in its own words: whoever resumes the move gets it. The
/// protocol keeps it in the record and does not look into it.
///
/// @param version of the engine's format; 0 for none yet
/// @param text at most [#BYTES_MAX] bytes of UTF-8
public record EngineState(int version, String text) {
  /// A record goes to every gateway with each change, so it has to stay small.
  public static final int BYTES_MAX = 16 << 10;

  public static final EngineState NONE = new EngineState(0, "");

  public EngineState {
    if (version < 0 || text.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "an engine's state has a version and at most " + BYTES_MAX + " bytes");
    }
  }

  public boolean none() {
    return version == 0;
  }
}
