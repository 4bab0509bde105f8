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
/// @param moving whether the partition moves
public record Route(
    long epoch,
    @Nullable Placement reads,
    @Nullable Placement writes,
    Guard guard,
    boolean moving) {
  /// Of a partition that does not move.
  public Route(long epoch, @Nullable Placement reads, @Nullable Placement writes, Guard guard) {
    this(epoch, reads, writes, guard, false);
  }
}
