package dev.drover.opensearch.move;

import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Finding;
import dev.drover.core.mover.Preflight.Severity;
import java.util.ArrayList;
import java.util.List;

/// What a look has shown so far.
final class Findings {
  private final List<Finding> all = new ArrayList<>();

  void ok(String check, String message) {
    all.add(new Finding(Severity.OK, check, message));
  }

  void warn(String check, String message) {
    all.add(new Finding(Severity.WARNING, check, message));
  }

  void refuse(String check, String message) {
    all.add(new Finding(Severity.REFUSAL, check, message));
  }

  /// A refusal, if there is none of this check yet: one is enough to know what to do.
  void once(String check, String message) {
    if (all.stream().noneMatch(each -> each.check().equals(check))) {
      refuse(check, message);
    }
  }

  boolean refused() {
    return all.stream().anyMatch(each -> each.severity() == Severity.REFUSAL);
  }

  Preflight preflight(long items, long bytes) {
    return new Preflight(all, items, bytes);
  }
}
