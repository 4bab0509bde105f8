package dev.drover.opensearch.move;

/// A part of an answer.
final class Slice {
  private final byte[] body;
  private final int from;
  private final int to;

  /// @param body not copied
  Slice(byte[] body, int from, int to) {
    this.body = body;
    this.from = from;
    this.to = to;
  }

  byte[] body() {
    return body;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }
}
