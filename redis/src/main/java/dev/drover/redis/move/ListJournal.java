package dev.drover.redis.move;

import static dev.drover.redis.move.MonitorLine.lower;
import static dev.drover.redis.move.MonitorLine.number;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// What was done to the two ends of a list. Each element has a position that it keeps while others
/// come and go: what was the first element when the journal began has 0, one that is pushed before
/// it -1. So whatever lies between the ends' innermost places is what it was, but for the elements
/// that were set.
///
/// Only pushes, pops, trims and sets are understood; not, for instance, an insertion. Nor are
/// commands that may block: they are shown though the server may refuse their timeout.
final class ListJournal implements Journal {
  private static final int SET_MAX = 10_000;

  /// Where a list lies at one place of the server's stream.
  ///
  /// @param head the position of its first element
  /// @param tail the position behind its last one
  /// @param written whether the journal had anything in it
  record Place(long head, long tail, boolean written) {
    long length() {
      return tail - head;
    }
  }

  /// Elements from one position to before another one.
  record Span(long from, long to) {}

  private long head;
  private long tail;
  private long keptFrom;
  private long keptTo;
  private final Set<Long> set = new HashSet<>();
  private boolean written;

  /// @param length of the list, in elements
  ListJournal(long length) {
    this(0, length);
  }

  private ListJournal(long head, long tail) {
    this.head = head;
    this.tail = tail;
    this.keptFrom = head;
    this.keptTo = tail;
  }

  Place place() {
    return new Place(head, tail, written);
  }

  /// From here to [#keptTo] elements are what they were, but for those that were [#set].
  long keptFrom() {
    return keptFrom;
  }

  long keptTo() {
    return keptTo;
  }

  /// Positions of elements that were set anew.
  Set<Long> set() {
    return set;
  }

  @Override
  public boolean isEmpty() {
    return !written;
  }

  @Override
  public Journal next() {
    return new ListJournal(head, tail);
  }

  @Override
  public boolean note(MonitorLine line, byte[] key) {
    if (SparingCommands.spare(line, key)) {
      return true;
    }
    List<byte[]> words = line.words();
    if (words.size() < 2 || !Arrays.equals(words.get(1), key)) {
      return false;
    }
    written = true;
    boolean told =
        switch (line.name()) {
          case "lpush", "lpushx" -> {
            head -= words.size() - 2;
            yield true;
          }
          case "rpush", "rpushx" -> {
            tail += words.size() - 2;
            yield true;
          }
          case "lpop" -> pop(words, true);
          case "rpop" -> pop(words, false);
          case "lset" -> words.size() == 4 && set(words.get(2));
          case "ltrim" -> words.size() == 4 && trim(words.get(2), words.get(3));
          case "rpoplpush" -> passOn(words, key, false, true);
          case "lmove" -> passOn(words, key);
          default -> Lasting.allows(line);
        };
    return told && head < tail;
  }

  /// Takes elements off both ends; a list that had fewer is empty then, which nobody takes in.
  private boolean move(long atHead, long atTail) {
    head += atHead;
    tail -= atTail;
    keptFrom = Math.max(keptFrom, head);
    keptTo = Math.min(keptTo, tail);
    return true;
  }

  private boolean pop(List<byte[]> words, boolean first) {
    OptionalLong count =
        words.size() == 2 ? OptionalLong.of(1) : number(words.get(words.size() - 1));
    if (words.size() > 3 || count.isEmpty() || count.getAsLong() < 0) {
      return false;
    }
    long all = Math.min(count.getAsLong(), tail - head);
    return first ? move(all, 0) : move(0, all);
  }

  private boolean set(byte[] index) {
    OptionalLong parsed = number(index);
    if (parsed.isEmpty()) {
      return false;
    }
    long at = parsed.getAsLong() + (parsed.getAsLong() < 0 ? tail : head);
    if (at >= head && at < tail) {
      set.add(at);
    }
    return set.size() <= SET_MAX;
  }

  private boolean trim(byte[] from, byte[] to) {
    OptionalLong first = number(from);
    OptionalLong last = number(to);
    if (first.isEmpty() || last.isEmpty()) {
      return false;
    }
    long length = tail - head;
    long start = first.getAsLong() < 0 ? length + first.getAsLong() : first.getAsLong();
    long end = last.getAsLong() < 0 ? length + last.getAsLong() : last.getAsLong();
    start = Math.max(start, 0);
    end = Math.min(end, length - 1);
    return start <= end && move(start, length - 1 - end);
  }

  private boolean passOn(List<byte[]> words, byte[] key) {
    if (words.size() != 5) {
      return false;
    }
    String from = lower(words.get(3));
    String to = lower(words.get(4));
    boolean known = List.of("left", "right").containsAll(List.of(from, to));
    return known && passOn(words, key, from.equals("left"), to.equals("left"));
  }

  /// An element goes from one end of this list to some list.
  private boolean passOn(List<byte[]> words, byte[] key, boolean first, boolean toFirst) {
    if (words.size() < 3) {
      return false;
    }
    move(first ? 1 : 0, first ? 0 : 1);
    if (Arrays.equals(words.get(2), key)) {
      head -= toFirst ? 1 : 0;
      tail += toFirst ? 0 : 1;
    }
    return true;
  }
}
