package dev.drover.gateway.net;

/// Who waits for room, or for another's answer, and is told when it may try again.
@FunctionalInterface
public interface Waiting {
  /// What it waited for may be there.
  void resume();
}
