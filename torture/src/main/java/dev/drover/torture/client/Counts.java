package dev.drover.torture.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How often operations failed, by reason.
final class Counts {
  private static final int REASONS_MAX = 200;
  private final Map<String, Long> reasons = new ConcurrentHashMap<>();

  void failed(String why) {
    String kind = why.replaceAll("\\d+", "#");
    if (reasons.size() < REASONS_MAX || reasons.containsKey(kind)) {
      reasons.merge(kind, 1L, Long::sum);
    }
  }

  Map<String, Long> reasons() {
    return Map.copyOf(reasons);
  }
}
