package dev.drover.redis.move;

import org.jspecify.annotations.Nullable;

/// What is known of one key that is watched. Guarded by its [ElementWatch].
final class Watched {
  final byte[] quoted;
  @Nullable Journal journal;
  @Nullable Lasting lasting;
  ListJournal.@Nullable Span copied;
  boolean based;
  String problem = "";

  Watched(byte[] key) {
    this.quoted = MonitorLine.quoted(key);
  }

  void spoil() {
    based = false;
    journal = null;
  }
}
