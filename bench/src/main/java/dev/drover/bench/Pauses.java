package dev.drover.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The pauses of many moves, and beside each what writers felt in an equal span without a move.
///
/// @param moves one for each move, in turn with the spans
/// @param failed writes that were answered by an error
/// @param failure one of these errors; empty if there was none
record Pauses(List<Felt> moves, long failed, String failure) {
  Pauses {
    moves = List.copyOf(moves);
  }

  /// A move, and the equal span that followed it. All in milliseconds.
  ///
  /// @param pause the longest of the writes that were under way when ownership changed
  /// @param longest the longest of the writes that were under way at some time from the move's
  ///   request to its end, its copy and purge included
  /// @param held from Cutover to Active, as the driver saw it
  /// @param span the longest of the writes that were under way at some time of a span without a
  ///   move that is as long as the move was, from its request to its end
  /// @param instant the same for a span that is only as long as the driver's hold was
  record Felt(double pause, double longest, double held, double span, double instant) {}

  Samples pause() {
    return each(Felt::pause);
  }

  Samples longest() {
    return each(Felt::longest);
  }

  Samples held() {
    return each(Felt::held);
  }

  Samples span() {
    return each(Felt::span);
  }

  Samples instant() {
    return each(Felt::instant);
  }

  private Samples each(ToDoubleFunction<Felt> figure) {
    Samples samples = new Samples();
    moves.forEach(move -> samples.add(figure.applyAsDouble(move)));
    return samples;
  }

  Pauses and(Pauses more) {
    List<Felt> both = new ArrayList<>(moves);
    both.addAll(more.moves);
    return new Pauses(both, failed + more.failed, failure.isEmpty() ? more.failure : failure);
  }

  /// Notes what one of the writes that failed was answered.
  void tellFailure(Report report) {
    if (!failure.isEmpty()) {
      report.note("One of the writes that failed: " + failure);
    }
  }
}
