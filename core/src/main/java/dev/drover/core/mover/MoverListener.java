package dev.drover.core.mover;

import dev.drover.core.HomeId;

/// Told by a mover how it goes. Called from the mover's thread; must not block.
public interface MoverListener {
  /// How far the mover is.
  ///
  /// @param phase the engine's word for what it does: `copy`, `rescan`, `verify`, `follow`, `undo`
  /// @param itemsTotal estimate, or -1
  /// @param waitingFor what it waits for right now (`room on the target`, `key app:big`), empty if
  ///   nothing
  void progress(String phase, long itemsDone, long itemsTotal, long bytesDone, String waitingFor);

  /// Capture may have missed something, so a comparing copy will follow.
  void captureLost(String reason);

  /// A lost home is there again, and what it held has been seen to.
  ///
  /// @param what was done with it, for people
  void broughtOver(HomeId home, String what);

  /// Ignores everything.
  MoverListener SILENT =
      new MoverListener() {
        @Override
        public void progress(
            String phase, long itemsDone, long itemsTotal, long bytesDone, String waitingFor) {}

        @Override
        public void captureLost(String reason) {}

        @Override
        public void broughtOver(HomeId home, String what) {}
      };
}
