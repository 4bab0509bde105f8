package dev.drover.redis.move;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A command that marks a place in what the server did. What it saw is known once it was awaited.
final class Mark {
  enum At {
    /// Nothing is done with a journal.
    PASSING,
    LOOKING,
    /// A new journal begins.
    TAKING,
    /// Nothing behind it is read until [ElementWatch#begin(byte[], Journal, Lasting, Mark)].
    BEGINNING
  }

  private final byte[] word;
  final byte[] quoted;
  private final @Nullable Watched key;
  private final At at;
  boolean arrived;
  boolean held;
  private @Nullable Journal journal;
  private ListJournal.@Nullable Place place;

  Mark(byte[] word, @Nullable Watched key, At at) {
    this.word = word;
    this.quoted = MonitorLine.quoted(word);
    this.key = key;
    this.at = at;
  }

  /// The first argument of the command.
  byte[] word() {
    return word;
  }

  /// Where a list was there; empty if that is not known.
  Optional<ListJournal.Place> place() {
    return Optional.ofNullable(place);
  }

  /// What was taken out there; empty if nothing was.
  Optional<ListJournal> taken() {
    return at == At.TAKING && journal instanceof ListJournal list
        ? Optional.of(list)
        : Optional.empty();
  }

  /// Has come by.
  void arrive() {
    arrived = true;
    held = at == At.BEGINNING;
    if (key == null || key.journal == null) {
      return;
    }
    journal = key.journal;
    if (journal instanceof ListJournal list) {
      place = list.place();
    }
    if (at == At.TAKING) {
      key.journal = key.journal.next();
    }
  }
}
