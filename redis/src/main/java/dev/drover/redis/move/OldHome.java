package dev.drover.redis.move;

import dev.drover.core.MoveId;

/// What a session that has settled hands on to the purge of the old home: capture, which has been
/// whole since the last tail and whose dirty set since then holds strays alone, and what is known
/// of the copy at the new home.
record OldHome(MoveId move, Capture capture, Witness witness) implements AutoCloseable {
  @Override
  public void close() {
    capture.close();
  }
}
