package dev.drover.core.fleet;

import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The data path, told of the partitions. Called in the control's turn, one call at a time; must
/// not block.
public interface RouteListener {
  /// For a gateway that has no data path.
  ///
  /// @param joined told each time that it has joined
  static RouteListener withoutData(Runnable joined) {
    return new RouteListener() {
      @Override
      public void joined(Guard rest) {
        joined.run();
      }

      @Override
      public void added(Gate gate) {}

      @Override
      public void removed(PartitionId partition) {}

      @Override
      public void routed(Gate gate) {}
    };
  }

  /// The gateway has joined, for the first time or again: all records that there are have been
  /// told.
  ///
  /// @param rest what guards requests for what is under no partition: the long lease
  void joined(Guard rest);

  /// A partition is served from now on; its gate is closed until it is [#routed]. Its gate stays
  /// the same object until it is removed. Writes that were let through before, as of another
  /// partition or of none, and that may be the new one's, have to take a pass of it ([Gate#adopt])
  /// in this call.
  void added(Gate gate);

  /// A partition is not there any more. Writes of it that are under way may be another one's now,
  /// and have to take a pass of that one in this call.
  void removed(PartitionId partition);

  /// A gate's route has changed: requests that were held may go on, if it admits them.
  void routed(Gate gate);

  /// It takes long until a closed gate is quiet: which requests hold its passes, the oldest first?
  /// A few are enough. Called from any thread; must not block.
  default CompletableFuture<List<RequestUnderWay>> underWay(Gate gate) {
    return CompletableFuture.completedFuture(List.of());
  }
}
