package dev.drover.redis.move;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which entries of a stream a command deletes by name. Those that come are behind all others, and
/// those that are trimmed before them; neither has to be named. Groups are looked at as a whole.
final class EntryWrites implements NameJournal.Grammar {
  @Override
  public Optional<List<byte[]>> written(MonitorLine line, byte[] key) {
    List<byte[]> words = line.words();
    return switch (line.name()) {
      case "xadd", "xtrim", "xack", "xclaim", "xautoclaim", "xgroup", "xreadgroup" ->
          Optional.of(List.of());
      case "xdel" -> deleted(words, key);
      default -> Lasting.allows(line) ? Optional.of(List.of()) : Optional.empty();
    };
  }

  private static Optional<List<byte[]>> deleted(List<byte[]> words, byte[] key) {
    List<byte[]> ids = words.subList(Math.min(2, words.size()), words.size());
    boolean known = ids.stream().allMatch(EntryWrites::isId);
    return known && Arrays.equals(words.get(1), key) ? Optional.of(ids) : Optional.empty();
  }

  /// Whether every server takes it: one that is refused here would be refused at the target too.
  private static boolean isId(byte[] word) {
    return new String(word, StandardCharsets.ISO_8859_1).matches("[0-9]{1,19}(-[0-9]{1,19})?");
  }
}
