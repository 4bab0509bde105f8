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
///
/// @param done operations that were answered
/// @param refused operations that were refused, surely without effect
/// @param unknown operations of which nobody told how they ended
/// @param turnedDown requests for moves that the server did not take, or could not be asked for
/// @param skipped faults whose victim had another one already
/// @param hits faults that began just when a move had been cut over, or opened
/// @param servedInOutages operations on partitions at rest that were answered while the store was
///   away
/// @param writtenInOutages of them, writes
/// @param takeovers how often, of several servers, one began to drive after another
/// @param fallbacksTookOver how often a fallback took a scope over
/// @param findings broken promises, by key
/// @param stuck moves that did not end, processes that did not come back or died by themselves
/// @param leftBehind keys at homes where their scopes are not: late writes of unknown outcome
/// @param omitted what could not be done on this machine
/// @param directory where histories, logs and the plan are, if they are kept
public record TortureResult(
    long seed,
    long millis,
    long done,
    long refused,
    long unknown,
    int keys,
    int completed,
    int aborted,
    int returned,
    int turnedDown,
    Map<FaultKind, Integer> faults,
    int skipped,
    int hits,
    long longestNanos,
    long longestUntouchedNanos,
    long servedInOutages,
    long writtenInOutages,
    int takeovers,
    int fallbacksTookOver,
    long noticed,
    long overheld,
    long leftBehind,
    List<Finding> findings,
    List<String> stuck,
    List<String> examples,
    List<String> omitted,
    Path directory) {
  public TortureResult {
    faults = Map.copyOf(faults);
    findings = List.copyOf(findings);
    stuck = List.copyOf(stuck);
    examples = List.copyOf(examples);
    omitted = List.copyOf(omitted);
  }

  public long count(Wrong wrong) {
    return findings.stream().filter(f -> f.wrong() == wrong).count();
  }

  public int faultsInAll() {
    return faults.values().stream().mapToInt(Integer::intValue).sum();
  }

  /// Whether every promise was kept.
  public boolean well() {
    return findings.isEmpty() && stuck.isEmpty() && noticed == 0 && overheld == 0;
  }

  /// For scripts.
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("well", well());
    all.put("seed", seed);
    all.put("millis", millis);
    all.put("operations", Map.of("done", done, "refused", refused, "unknown", unknown));
    all.put("keys", keys);
    all.put(
        "moves",
        Map.of(
            "completed", completed,
            "aborted", aborted,
            "returned", returned,
            "turnedDown", turnedDown));
    Map<String, Object> byKind = new LinkedHashMap<>();
    for (FaultKind kind : FaultKind.values()) {
      byKind.put(kind.name(), faults.getOrDefault(kind, 0));
    }
    all.put("faults", byKind);
    all.put("faultsInAll", faultsInAll());
    all.put("faultsSkipped", skipped);
    all.put("faultsInHolds", hits);
    all.put("longestNanos", longestNanos);
    all.put("longestUntouchedNanos", longestUntouchedNanos);
    all.put("servedWhileTheStoreWasAway", servedInOutages);
    all.put("writtenWhileTheStoreWasAway", writtenInOutages);
    all.put("takeovers", takeovers);
    all.put("fallbacksTookOver", fallbacksTookOver);
    all.put("leftBehind", leftBehind);
    for (Wrong wrong : Wrong.values()) {
      all.put(wrong.name().toLowerCase(java.util.Locale.ROOT), count(wrong));
    }
    all.put("noticed", noticed);
    all.put("overheld", overheld);
    all.put("stuck", stuck);
    all.put("examples", examples);
    all.put("omitted", omitted);
    all.put("directory", directory.toString());
    return Json.write(all);
  }
}
