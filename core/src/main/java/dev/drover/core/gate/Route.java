package dev.drover.core.gate;

import dev.drover.core.Placement;
import org.jspecify.annotations.Nullable;

/// Where one partition's requests go, as one gateway knows it. Immutable, replaced as a whole.
///
/// @param epoch the ownership's epoch
/// @param reads where reads go, or null if this gateway may not serve them now (it lacks the lease
///   that the partition needs)
/// @param writes where writes go, or null while they are held
/// @param guard what must still stand when the home has answered
public record Route(
    long epoch, @Nullable Placement reads, @Nullable Placement writes, Guard guard) {
  /// From Cutover on the way to another home: Opening, Active, Draining, Cutover, Opening.
  private static final int THERE_AND_BACK_EPOCHS = 5;

  /// Whether what was asked at this route's home has been answered by a home that reads had not
  /// left: the route has not changed its home since, nor can it have left it and come back.
  ///
  /// Reads take no pass, so a flip does not wait for them. The copy that they leave is purged once
  /// every gateway has confirmed Opening; a read that arrives there after that finds nothing,
  /// although its lease stands. This gateway confirms after it has applied the route, so whoever
  /// looks at the route when the answer is there finds that out.
  ///
  /// @param now the route when the answer had come
  public boolean stillReads(Route now) {
    return reads != null && reads.equals(now.reads()) && now.epoch - epoch < THERE_AND_BACK_EPOCHS;
  }
}
