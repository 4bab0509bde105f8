package dev.drover.redis.move;

import java.util.List;
import java.util.Optional;

/// The names of the elements that were written: fields, members, or the numbers of a string's
/// pieces.
final class NameJournal implements Journal {
  private static final int NAMES_MAX = 100_000;
  private static final long NAME_BYTES_MAX = 8L << 20;

  /// Reads a command that names `key` and may write it.
  interface Grammar {
    /// The elements of `key` that it may have written; empty if that cannot be told.
    Optional<List<byte[]>> written(MonitorLine line, byte[] key);
  }

  private final Grammar grammar;
  private final KeySet names = names();
  private boolean any;

  NameJournal(Grammar grammar) {
    this.grammar = grammar;
  }

  /// An empty set for as many names as are remembered.
  static KeySet names() {
    return new KeySet(NAMES_MAX, NAME_BYTES_MAX);
  }

  @Override
  public boolean note(MonitorLine line, byte[] key) {
    if (SparingCommands.spare(line, key)) {
      return true;
    }
    any = true;
    Optional<List<byte[]>> written = grammar.written(line, key);
    return written.isPresent() && written.get().stream().allMatch(names::add);
  }

  /// @return false if there was no room for all
  boolean addAll(KeySet more) {
    return names.addAll(more);
  }

  KeySet written() {
    return names;
  }

  @Override
  public boolean isEmpty() {
    return !any && names.isEmpty();
  }

  @Override
  public Journal next() {
    return new NameJournal(grammar);
  }
}
