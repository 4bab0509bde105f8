package dev.drover.sim;

import dev.drover.core.MoveId;
import org.jspecify.annotations.Nullable;

/// What a home is in the moves of one partition whose engine has steps of its own ([SimEngine]).
final class SimMember {
  private final World world;
  private final String home;
  private @Nullable MoveId joined;
  private boolean promoted;

  SimMember(World world, String home) {
    this.world = world;
    this.home = home;
  }

  void join(MoveId move) {
    if (joined != null && !joined.equals(move)) {
      throw new Violation("I6", home + " is still a member by move " + joined);
    }
    joined = move;
  }

  void promote(MoveId move) {
    if (!move.equals(joined)) {
      throw new Violation("I12", home + " is promoted, and has not joined");
    }
    promoted = true;
  }

  void demote() {
    promoted = false;
  }

  void leave() {
    if (promoted) {
      throw new Violation("I12", home + " leaves while it is promoted");
    }
    if (joined == null && !world.rules().compensationsMayBeRepeated()) {
      throw new Violation("I12", home + " leaves twice");
    }
    joined = null;
  }

  /// The move that made it a member is over, and it owns the partition.
  void seat() {
    joined = null;
    promoted = false;
  }

  /// Whether a move has left it a member.
  boolean left() {
    return joined != null || promoted;
  }
}
