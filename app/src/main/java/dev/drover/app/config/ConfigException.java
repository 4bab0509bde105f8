package dev.drover.app.config;

import dev.drover.engine.config.Fault;
import java.nio.file.Path;
import java.util.List;

/// A configuration that cannot be used, with everything that is wrong in it.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial")
  private final List<Fault> faults;

  ConfigException(Path file, List<Fault> faults) {
    super(text(file, faults));
    this.faults = List.copyOf(faults);
  }

  /// In the order of their lines.
  public List<Fault> faults() {
    return faults;
  }

  private static String text(Path file, List<Fault> faults) {
    StringBuilder text = new StringBuilder();
    for (Fault fault : faults) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(file);
      if (fault.line() > 0) {
        text.append(':').append(fault.line());
      }
      text.append(": ").append(fault.message());
    }
    return text.toString();
  }
}
