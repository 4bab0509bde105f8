package dev.drover.torture;

import dev.drover.app.client.Json;
import dev.drover.torture.check.Finding;
import dev.drover.torture.check.Wrong;
import dev.drover.torture.plan.FaultKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came of it.
public record TortureResult(
    Run run,
    Operations operations,
    MoveCounts moves,
    Faults faults,
    Pauses pauses,
    Outages outages,
    Takeovers takeovers,
    Verdict verdict) {

  /// The run itself.
  ///
  /// @param omitted what could not be done on this machine
  /// @param directory where histories, logs and the plan are, if they are kept
  public record Run(long seed, long millis, List<String> omitted, Path directory) {
    public Run {
      omitted = List.copyOf(omitted);
    }
  }

  /// How many operations ended how.
  ///
  /// @param done they were answered
  /// @param refused surely without effect
  /// @param unknown nobody told how they ended
  public record Operations(long done, long refused, long unknown) {}

  /// How many moves ended how.
  ///
  /// @param returned there and back
  /// @param turnedDown requests that the server did not take, or could not be asked for
  public record MoveCounts(int completed, int aborted, int returned, int turnedDown) {}

  /// What was done to the fleet.
  ///
  /// @param skipped faults whose victim had another one already
  /// @param hits faults that began just when a move had been cut over, or opened
  public record Faults(Map<FaultKind, Integer> byKind, int skipped, int hits) {
    public Faults {
      byKind = Map.copyOf(byKind);
    }

    public int inAll() {
      return byKind.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /// How long an operation took at the longest.
  ///
  /// @param longestNanos of all that were answered
  /// @param longestUntouchedNanos of the writes on whose way nothing was wrong
  public record Pauses(long longestNanos, long longestUntouchedNanos) {}

  /// Operations on partitions at rest that were answered while the store was away.
  ///
  /// @param written those of them that are writes
  public record Outages(long served, long written) {}

  /// How often somebody took over.
  ///
  /// @param servers how often, of several servers, one began to drive after another
  /// @param fallbacks how often a fallback took a scope over
  public record Takeovers(int servers, int fallbacks) {}

  /// Which promises were broken.
  ///
  /// @param keys so many were checked
  /// @param findings broken promises, by key
  /// @param leftBehind keys at homes where their scopes are not: late writes of unknown outcome
  /// @param stuck moves that did not end, processes that did not come back or died by themselves
  /// @param noticed operations on partitions at rest that noticed that the store was away
  /// @param overheld writes that were held for too long
  /// @param examples of those that were noticed and overheld
  public record Verdict(
      int keys,
      List<Finding> findings,
      long leftBehind,
      List<String> stuck,
      long noticed,
      long overheld,
      List<String> examples) {
    public Verdict {
      findings = List.copyOf(findings);
      stuck = List.copyOf(stuck);
      examples = List.copyOf(examples);
    }

    public long count(Wrong wrong) {
      return findings.stream().filter(f -> f.wrong() == wrong).count();
    }

    /// Whether every promise was kept.
    public boolean well() {
      return findings.isEmpty() && stuck.isEmpty() && noticed == 0 && overheld == 0;
    }
  }

  /// Whether every promise was kept.
  public boolean well() {
    return verdict.well();
  }

  /// For scripts.
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("well", well());
    all.put("seed", run.seed());
    all.put("millis", run.millis());
    all.put(
        "operations",
        Map.of(
            "done", operations.done(),
            "refused", operations.refused(),
            "unknown", operations.unknown()));
    all.put("keys", verdict.keys());
    all.put(
        "moves",
        Map.of(
            "completed", moves.completed(),
            "aborted", moves.aborted(),
            "returned", moves.returned(),
            "turnedDown", moves.turnedDown()));
    Map<String, Object> byKind = new LinkedHashMap<>();
    for (FaultKind kind : FaultKind.values()) {
      byKind.put(kind.name(), faults.byKind().getOrDefault(kind, 0));
    }
    all.put("faults", byKind);
    all.put("faultsInAll", faults.inAll());
    all.put("faultsSkipped", faults.skipped());
    all.put("faultsInHolds", faults.hits());
    all.put("longestNanos", pauses.longestNanos());
    all.put("longestUntouchedNanos", pauses.longestUntouchedNanos());
    all.put("servedWhileTheStoreWasAway", outages.served());
    all.put("writtenWhileTheStoreWasAway", outages.written());
    all.put("takeovers", takeovers.servers());
    all.put("fallbacksTookOver", takeovers.fallbacks());
    all.put("leftBehind", verdict.leftBehind());
    for (Wrong wrong : Wrong.values()) {
      all.put(wrong.name().toLowerCase(java.util.Locale.ROOT), verdict.count(wrong));
    }
    all.put("noticed", verdict.noticed());
    all.put("overheld", verdict.overheld());
    all.put("stuck", verdict.stuck());
    all.put("examples", verdict.examples());
    all.put("omitted", run.omitted());
    all.put("directory", run.directory().toString());
    return Json.write(all);
  }
}
