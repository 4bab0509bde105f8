package dev.drover.opensearch.move;

import org.jspecify.annotations.Nullable;

/// A document as a home shows it.
///
/// @param id at the home
/// @param routing its own at the home, null if it has none
/// @param source where it stands in the home's answer; empty if it was not asked for
record Doc(
    String id, @Nullable String routing, long version, long seqNo, long primaryTerm, Slice source) {
  /// The same with another source.
  Doc with(byte[] otherSource) {
    return new Doc(
        id, routing, version, seqNo, primaryTerm, new Slice(otherSource, 0, otherSource.length));
  }

  byte[] body() {
    return source.body();
  }

  int from() {
    return source.from();
  }

  int to() {
    return source.to();
  }

  int bytes() {
    return source.to() - source.from();
  }
}
