package dev.drover.store.remote;

import dev.drover.store.remote.Frame.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/// A request on one connection.
///
/// | state | meaning |
/// |---|---|
/// | QUEUED | no byte of it has gone out |
/// | SENT | the server may have seen it |
/// | WITHDRAWN | no byte of it will ever go out |
final class Call {
  private enum State {
    QUEUED,
    SENT,
    WITHDRAWN
  }

  private final Frame frame;
  private final CompletableFuture<List<Frame>> answer = new CompletableFuture<>();
  private final List<Frame> parts = new ArrayList<>();
  private volatile int partsCome;
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);

  Call(Frame frame) {
    this.frame = frame;
  }

  Frame frame() {
    return frame;
  }

  /// All parts of the answer in order, or the store's exception, or [Disconnected].
  CompletableFuture<List<Frame>> answer() {
    return answer;
  }

  /// @return false if it was withdrawn
  boolean markSent() {
    return state.compareAndSet(State.QUEUED, State.SENT);
  }

  /// @return false if it was sent already
  boolean withdraw() {
    return state.compareAndSet(State.QUEUED, State.WITHDRAWN) || state.get() == State.WITHDRAWN;
  }

  /// Takes a part of the answer. Called by the connection's reader only.
  ///
  /// @return whether it was the last
  boolean receive(Frame part) {
    parts.add(part);
    partsCome = parts.size();
    if (part.kind() == Kind.PART) {
      return false;
    }
    answer.complete(parts);
    return true;
  }

  /// How much of the answer has come so far.
  int partsCome() {
    return partsCome;
  }

  /// The connection ended before the answer came.
  static final class Disconnected extends Exception {
    private static final long serialVersionUID = 1;

    Disconnected(String message) {
      super(message);
    }
  }
}
