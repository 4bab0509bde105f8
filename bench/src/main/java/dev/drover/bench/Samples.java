package dev.drover.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The same thing measured several times.
final class Samples {
  private final List<Double> values = new ArrayList<>();

  /// These and those.
  Samples and(Samples more) {
    Samples both = new Samples();
    both.values.addAll(values);
    both.values.addAll(more.values);
    return both;
  }

  void add(double value) {
    values.add(value);
  }

  int count() {
    return values.size();
  }

  double median() {
    return percentile(50);
  }

  /// The smallest value that at least so many of a hundred do not exceed (nearest rank).
  double percentile(int percent) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  double sum() {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  double min() {
    return Collections.min(values);
  }

  double max() {
    return Collections.max(values);
  }
}
