package dev.drover.sim.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Numbers for equal values, so that states hold numbers instead of them.
final class Ids<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private final IdentityHashMap<T, Integer> same = new IdentityHashMap<>();
  private final List<T> values = new ArrayList<>();

  int of(T value) {
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    int next = values.size();
    numbers.put(value, next);
    values.add(value);
    return next;
  }

  /// The same for a value that is asked for again and again as the same object.
  int ofSame(T value) {
    Integer known = same.get(value);
    if (known != null) {
      return known;
    }
    int number = of(value);
    same.put(value, number);
    return number;
  }

  T at(int number) {
    return values.get(number);
  }
}
