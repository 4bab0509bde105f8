package dev.drover.app.demo;

import dev.drover.engine.Plug;
import java.nio.file.Path;
import java.util.Optional;

/// What the demo shows, and how large it is.
///
/// @param plug the engine whose partition moves
/// @param keys to move
/// @param writers clients that write; half as many read
/// @param seconds at rest before each move
/// @param binary what runs a home; empty for what the engine finds
/// @param json whether the result is printed as JSON
/// @param keep whether data and logs stay
public record DemoOptions(
    Plug plug,
    int keys,
    int writers,
    int seconds,
    Optional<Path> binary,
    boolean json,
    boolean keep) {
  public static final int KEYS = 200_000;
  public static final int WRITERS = 8;
  public static final int SECONDS = 3;
}
