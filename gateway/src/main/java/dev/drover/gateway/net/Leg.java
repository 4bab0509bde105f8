package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import io.netty.buffer.ByteBuf;

/// One request to one home, of an [Exchange], that waits for its answer. What comes for it is told
/// in the order in which it comes, on the event loop of its connection.
public interface Leg {
  /// Where it waits: a connection to its home, as far as that matters to the leg.
  interface Connection {
    HomeId home();

    /// Whether others use it too, whom nothing done to it may hold up.
    boolean isShared();

    /// The answer that is coming, or will come, is read and dropped; the leg hears no more. A write
    /// that the home may be doing keeps its passes until the home has answered.
    void drop(Leg leg);

    /// Reads no more of the answers for now, or goes on reading.
    void setAutoRead(boolean on);
  }

  Exchange exchange();

  /// A piece of an answer has come. It belongs to the one who is told.
  ///
  /// @param whole whether it is the last one of this answer
  /// @param expectedBytes how large the answer is at least, as far as that is known
  void answered(Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos);

  /// Nothing more will come.
  ///
  /// @param sent whether the home may have the request, and have done it
  void failed(Connection from, String why, boolean sent);

  /// As [#failed], because the home has not answered another one that was sent before this one.
  default void failedBehind(Connection from, String why, boolean sent) {
    failed(from, why, sent);
  }

  /// Whether the answer that has come as a whole is its last. Asked once for each of them.
  default boolean lastAnswer() {
    return true;
  }

  /// Whether its request has not been sent as a whole; then the home need not have answered.
  default boolean isSending() {
    return false;
  }
}
