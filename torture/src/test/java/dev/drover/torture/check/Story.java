package dev.drover.torture.check;

import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.history.Digest;
import dev.drover.torture.history.Kind;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.util.List;
import java.util.Map;

/// A history of one key, told operation by operation.
final class Story {
  private final long key;
  private final Checker checker;
  private int next;

  Story(Family family) {
    this(family, 0, List.of());
  }

  private Story(Family family, int fallbacks, List<Loss> losses) {
    key = new KeyName(1, family, 2, 3).packed();
    checker = new Checker(fallbacks, losses);
  }

  /// Of a key in a scope that has a fallback.
  static Story withFallback(Family family) {
    return new Story(family, 2, List.of());
  }

  /// Of a key whose home has lost its data between these times.
  static Story withLoss(Family family, long from, long to) {
    return new Story(family, 0, List.of(new Loss(1, from, to)));
  }

  Story op(Kind kind, Outcome outcome, long start, long end, long a, long b) {
    checker.add(new Op(1, next++, key, kind, outcome, 0, start, end, a, b));
    return this;
  }

  Story set(long value, long start, long end) {
    return op(Kind.SET, Outcome.DONE, start, end, value, 0);
  }

  Story delete(long start, long end) {
    return op(Kind.DELETE, Outcome.DONE, start, end, 0, 0);
  }

  Story get(long value, long start, long end) {
    return op(Kind.GET, Outcome.DONE, start, end, value, 0);
  }

  Story increment(long to, long start, long end) {
    return op(Kind.INCREMENT, Outcome.DONE, start, end, to, 0);
  }

  Story count(long is, long start, long end) {
    return op(Kind.COUNT, Outcome.DONE, start, end, is, 0);
  }

  Story push(long element, long length, long start, long end) {
    return op(Kind.PUSH, Outcome.DONE, start, end, element, length);
  }

  Story list(long start, long end, long... elements) {
    long digest = Digest.EMPTY;
    for (long element : elements) {
      digest = Digest.with(digest, element);
    }
    return op(Kind.LIST, Outcome.DONE, start, end, elements.length, digest);
  }

  Story unknown(Kind kind, long a, long start) {
    return op(kind, Outcome.UNKNOWN, start, start + 1, a, 0);
  }

  Story refused(Kind kind, long a, long start) {
    return op(kind, Outcome.REFUSED, start, start + 1, a, 0);
  }

  /// What the checker says if this is what stands there in the end.
  List<Wrong> endsWith(long... last) {
    return checker.findings(Map.of(key, last)).stream().map(Finding::wrong).toList();
  }

  List<Wrong> endsWithNothing() {
    return checker.findings(Map.of()).stream().map(Finding::wrong).toList();
  }
}
