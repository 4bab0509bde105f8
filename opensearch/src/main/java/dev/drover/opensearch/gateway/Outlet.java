package dev.drover.opensearch.gateway;

import io.netty.buffer.ByteBuf;

/// Where one request's answer goes. Owned by one event loop.
interface Outlet {
  /// The length of a body that is not known yet.
  long UNKNOWN = -1;

  /// @param length of the body that follows, or [#UNKNOWN]
  /// @param bodiless whether no body follows whatever the length is
  /// @param last whether the connection ends after it
  void head(AnswerHead head, long length, boolean bodiless, boolean last);

  /// A piece of the body. It belongs to the one who is told.
  void piece(ByteBuf piece);

  /// The answer is whole, and is sent.
  void end();

  /// What was written is sent.
  void flush();

  /// Whether the client takes more.
  boolean writable();

  /// No answer follows the one that was given; the rest of the request is not wanted.
  void close();

  /// The answer cannot be ended as it was begun: the client sees that it is cut off.
  void cut();

  /// Tells the client to send its body.
  void askForBody();
}
