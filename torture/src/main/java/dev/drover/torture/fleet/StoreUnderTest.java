package dev.drover.torture.fleet;

import java.io.IOException;
import java.time.Duration;

/// The store behind the fleet, whichever it is: what the nemesis does to it.
public interface StoreUnderTest {
  /// For reports.
  String name();

  /// Starts it, and waits until it serves.
  void start(Duration atMost) throws IOException, InterruptedException;

  /// Ends it without a word.
  void kill() throws IOException, InterruptedException;

  void pause() throws IOException, InterruptedException;

  void resume() throws IOException, InterruptedException;

  /// Starts it again after [#kill].
  ///
  /// @return whether it serves
  boolean restart(Duration atMost) throws IOException, InterruptedException;
}
