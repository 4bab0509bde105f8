package dev.drover.core.mover;

import java.util.List;
import java.util.stream.Stream;

/// What a look at both homes before a move has shown.
///
/// @param items estimated number of keys or documents to copy, or -1 if unknown
/// @param bytes estimated payload, or -1 if unknown
public record Preflight(List<Finding> findings, long items, long bytes) {
  public Preflight {
    findings = List.copyOf(findings);
  }

  /// How much one finding matters.
  public enum Severity {
    OK,
    WARNING,
    REFUSAL
  }

  /// One thing that was looked at.
  ///
  /// @param check a short stable name, such as `target-empty`
  /// @param message what was seen and, unless it is OK, what it means and what to do
  public record Finding(Severity severity, String check, String message) {}

  /// The same with what else was seen.
  public Preflight and(List<Finding> more) {
    return new Preflight(Stream.concat(findings.stream(), more.stream()).toList(), items, bytes);
  }

  public boolean refused() {
    return findings.stream().anyMatch(f -> f.severity() == Severity.REFUSAL);
  }
}
