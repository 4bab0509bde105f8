package dev.drover.opensearch.move;

import java.time.Duration;

/// What a mover keeps to besides what each move asks for.
///
/// @param pageBytes about how many bytes of documents are read, and written, at once
/// @param pageItemsMax how many documents at most
/// @param bulksMax how many bulks are under way at once
public record OpenSearchMoverOptions(Times times, int pageBytes, int pageItemsMax, int bulksMax) {
  public static final OpenSearchMoverOptions DEFAULT =
      new OpenSearchMoverOptions(Times.DEFAULT, 8 << 20, 10_000, 3);

  /// How long something is waited for.
  ///
  /// @param answerMax one answer of a home, and a target that is busy
  /// @param lostMax a home that does not answer, or refuses for now, before a step is given up
  /// @param drainMax writes of another driver that are under way
  /// @param pitMax how long a view of a shard is kept open between two pages
  /// @param noteMax how long a noted delete is asked for whose document stays there: longer than
  ///   any gateway waits for a home's answer
  /// @param contextsMax scrolls that are open on an index that is to be purged
  public record Times(
      Duration answerMax,
      Duration lostMax,
      Duration drainMax,
      Duration pitMax,
      Duration noteMax,
      Duration contextsMax) {
    static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Duration.ofMinutes(6),
            Duration.ofMinutes(5));
  }

  /// The same with other times.
  public OpenSearchMoverOptions with(Times other) {
    return new OpenSearchMoverOptions(other, pageBytes, pageItemsMax, bulksMax);
  }

  /// The same with pages of so many documents at most.
  public OpenSearchMoverOptions withPages(int itemsMax) {
    return new OpenSearchMoverOptions(times, pageBytes, itemsMax, bulksMax);
  }

  /// The same with answers that may take so long.
  public OpenSearchMoverOptions withAnswers(Duration max) {
    return with(
        new Times(
            max, times.lostMax, times.drainMax, times.pitMax, times.noteMax, times.contextsMax));
  }

  /// The same with homes that may be lost for so long.
  public OpenSearchMoverOptions withLost(Duration max) {
    return with(
        new Times(
            times.answerMax, max, times.drainMax, times.pitMax, times.noteMax, times.contextsMax));
  }

  /// The same with views that are kept open for so long.
  public OpenSearchMoverOptions withPit(Duration max) {
    return with(
        new Times(
            times.answerMax, times.lostMax, times.drainMax, max, times.noteMax, times.contextsMax));
  }
}
