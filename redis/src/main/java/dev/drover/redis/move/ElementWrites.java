package dev.drover.redis.move;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which elements of a hash, a set or a sorted set a command writes, by the command's grammar. What
/// is not known here may write anything.
final class ElementWrites {
  /// Whatever removes a key as a whole shows in the number of its elements.
  private static final Set<String> LIFETIMES =
      Set.of("expire", "pexpire", "expireat", "pexpireat", "persist");

  private static final Set<String> ZADD_OPTIONS = Set.of("nx", "xx", "gt", "lt", "ch", "incr");

  private ElementWrites() {}

  /// See [NameJournal.Grammar].
  static Optional<List<byte[]>> of(MonitorLine line, byte[] key) {
    List<byte[]> words = line.words();
    String name = line.name();
    if (LIFETIMES.contains(name)) {
      return Optional.of(List.of());
    }
    if (name.equals("smove")) {
      return words.size() == 4 ? Optional.of(words.subList(3, 4)) : Optional.empty();
    }
    return switch (name) {
      case "hset", "hmset" -> each(words, 2, 2);
      case "hsetnx", "hincrby", "hincrbyfloat" -> each(words, 2, words.size());
      case "hdel", "sadd", "srem", "zrem" -> each(words, 2, 1);
      case "zincrby" -> each(words, 3, words.size());
      case "zadd" -> each(words, members(words), 2);
      default -> Optional.empty();
    };
  }

  private static Optional<List<byte[]>> each(List<byte[]> words, int first, int step) {
    if (first >= words.size()) {
      return Optional.empty();
    }
    List<byte[]> names = new ArrayList<>();
    for (int i = first; i < words.size(); i += step) {
      names.add(words.get(i));
    }
    return Optional.of(names);
  }

  /// Where the first member of a ZADD stands: behind the options and a score.
  private static int members(List<byte[]> words) {
    int at = 2;
    while (at < words.size() && ZADD_OPTIONS.contains(MonitorLine.lower(words.get(at)))) {
      at++;
    }
    return at + 1;
  }
}
