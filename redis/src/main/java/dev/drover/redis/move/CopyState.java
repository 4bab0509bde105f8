package dev.drover.redis.move;

import dev.drover.core.EngineState;
import java.nio.charset.StandardCharsets;

/// How far the copy of a scope has come, as the move's record keeps it. It saves work and nothing
/// depends on it: whoever goes on from here compares everything before the hold.
sealed interface CopyState {
  int VERSION = 1;

  /// Nothing is known.
  record Unknown() implements CopyState {}

  /// Every key that a walk over the source had shown before this cursor was sent.
  ///
  /// @param run the source's `run_id`: a cursor means nothing to another process
  record Walking(String run, String cursor) implements CopyState {
    byte[] from() {
      return cursor.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /// All of them were.
  record Walked() implements CopyState {}

  static CopyState of(EngineState state) {
    String[] words = state.text().split(" ", -1);
    if (state.version() != VERSION) {
      return new Unknown();
    }
    return switch (words[0]) {
      case "walking" ->
          words.length == 3 && words[2].matches("[0-9]{1,20}")
              ? new Walking(words[1], words[2])
              : new Unknown();
      case "walked" -> new Walked();
      default -> new Unknown();
    };
  }

  default EngineState state() {
    return switch (this) {
      case Unknown _ -> EngineState.NONE;
      case Walking walking ->
          new EngineState(VERSION, "walking " + walking.run() + " " + walking.cursor());
      case Walked _ -> new EngineState(VERSION, "walked");
    };
  }
}
