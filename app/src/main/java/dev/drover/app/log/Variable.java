package dev.drover.app.log;

import ch.qos.logback.core.PropertyDefinerBase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A variable of the environment that the log is set by: `DROVER_LOG`, how much is written, and
/// `DROVER_LOG_FORMAT`, how. What is empty counts as absent.
public final class Variable extends PropertyDefinerBase {
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "DROVER_LOG", List.of("error", "warn", "info", "debug", "trace"),
          "DROVER_LOG_FORMAT", List.of("text", "json"));

  private String name = "";
  private String absent = "";

  /// For the configuration of the log.
  public void setName(String name) {
    this.name = name;
  }

  /// What an absent variable stands for.
  public void setAbsent(String absent) {
    this.absent = absent;
  }

  @Override
  public String getPropertyValue() {
    String value = System.getenv().getOrDefault(name, "");
    return value.isEmpty() ? absent : value.toLowerCase(Locale.ROOT);
  }

  /// What is wrong with these variables; empty if nothing is. Without this look, the log would be
  /// written at a level that nobody has asked for, or not at all.
  public static Optional<String> fault(Map<String, String> environment) {
    return VALUES.keySet().stream()
        .sorted()
        .flatMap(each -> fault(each, environment).stream())
        .findFirst();
  }

  private static Optional<String> fault(String name, Map<String, String> environment) {
    String value = environment.getOrDefault(name, "");
    List<String> known = VALUES.getOrDefault(name, List.of());
    return value.isEmpty() || known.contains(value.toLowerCase(Locale.ROOT))
        ? Optional.empty()
        : Optional.of(
            "the variable %s is '%s', and has to be one of %s"
                .formatted(name, value, String.join(", ", known)));
  }
}
