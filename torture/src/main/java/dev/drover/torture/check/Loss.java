package dev.drover.torture.check;

import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A home was ended and began again with no data while a scope was there: at one moment between the
/// two all keys of the scope were gone.
///
/// @param fromNanos before the home was ended
/// @param toNanos when it served again
public record Loss(int scope, long fromNanos, long toNanos) {

  /// Takes a key's operations apart into its lives, of which each but the last ended with a loss.
  ///
  /// An operation belongs to the life in which it lies. A write that was under way during a loss,
  /// or of which nobody knows when it was done, may belong to each life that had not ended when it
  /// began: there it may have been done, or not. A read that was under way during a loss proves
  /// nothing.
  static List<List<Op>> lives(List<Loss> losses, int scope, List<Op> ops) {
    List<Loss> mine =
        losses.stream()
            .filter(loss -> loss.scope() == scope)
            .sorted(Comparator.comparingLong(Loss::fromNanos))
            .toList();
    if (mine.isEmpty()) {
      return List.of(ops);
    }
    List<List<Op>> lives = new ArrayList<>();
    for (int i = 0; i <= mine.size(); i++) {
      long begun = i == 0 ? Long.MIN_VALUE : mine.get(i - 1).toNanos();
      long empty = i == 0 ? Long.MIN_VALUE : mine.get(i - 1).fromNanos();
      long ended = i == mine.size() ? Long.MAX_VALUE : mine.get(i).fromNanos();
      long gone = i == mine.size() ? Long.MAX_VALUE : mine.get(i).toNanos();
      List<Op> life = new ArrayList<>();
      for (Op op : ops) {
        if (op.outcome() == Outcome.REFUSED) {
          life.add(op);
        } else if (op.startNanos() > begun && op.effectiveEndNanos() < ended) {
          life.add(op);
        } else if (op.kind().write() && op.startNanos() < gone && op.effectiveEndNanos() > empty) {
          life.add(op.doubted());
        }
      }
      lives.add(life);
    }
    return lives;
  }
}
