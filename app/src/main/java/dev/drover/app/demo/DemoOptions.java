package dev.drover.app.demo;

import java.nio.file.Path;
import java.util.Optional;

/// How large the demo is.
///
/// @param keys to move, of every type
/// @param writers clients that write; half as many read
/// @param seconds at rest before each move
/// @param redis the redis-server to use; empty for that of PATH, else the one that comes along
/// @param json whether the result is printed as JSON
/// @param keep whether data and logs stay
public record DemoOptions(
    int keys, int writers, int seconds, Optional<Path> redis, boolean json, boolean keep) {
  public static final int KEYS = 200_000;
  public static final int WRITERS = 8;
  public static final int SECONDS = 3;
}
