package dev.drover.opensearch.move;

import java.time.Duration;

/// What a mover keeps to besides what each move asks for.
///
/// @param answerMax how long one answer of a home may take, and how long the target may be busy
///   before a step is given up
/// @param drainMax how long a driver waits for writes of another one that are under way
/// @param pageBytes about how many bytes of documents are read, and written, at once
/// @param pageItemsMax how many documents at most
/// @param pitMax how long a view of a shard is kept open between two pages
/// @param noteMax how long a noted delete is asked for whose document stays there: longer than any
///   gateway waits for a home's answer
/// @param contextsMax how long a purge waits for scrolls that are open on an index
/// @param bulksMax how many bulks are under way at once
public record OpenSearchMoverOptions(
    Duration answerMax,
    Duration drainMax,
    int pageBytes,
    int pageItemsMax,
    Duration pitMax,
    Duration noteMax,
    Duration contextsMax,
    int bulksMax) {
  public static final OpenSearchMoverOptions DEFAULT =
      new OpenSearchMoverOptions(
          Duration.ofSeconds(60),
          Duration.ofMinutes(2),
          8 << 20,
          10_000,
          Duration.ofMinutes(2),
          Duration.ofMinutes(6),
          Duration.ofMinutes(5),
          3);

  /// The same with pages of so many documents at most.
  public OpenSearchMoverOptions withPages(int itemsMax) {
    return new OpenSearchMoverOptions(
        answerMax, drainMax, pageBytes, itemsMax, pitMax, noteMax, contextsMax, bulksMax);
  }

  /// The same with answers that may take so long.
  public OpenSearchMoverOptions withAnswers(Duration max) {
    return new OpenSearchMoverOptions(
        max, drainMax, pageBytes, pageItemsMax, pitMax, noteMax, contextsMax, bulksMax);
  }

  /// The same with views that are kept open for so long.
  public OpenSearchMoverOptions withPit(Duration max) {
    return new OpenSearchMoverOptions(
        answerMax, drainMax, pageBytes, pageItemsMax, max, noteMax, contextsMax, bulksMax);
  }
}
