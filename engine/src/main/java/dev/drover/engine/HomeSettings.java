package dev.drover.engine;

import java.util.List;

/// A home as its engine reads it from the configuration.
public interface HomeSettings {
  /// Where it is reached, each as `host:port`, the one that people are told first. Two homes cannot
  /// have one in common.
  List<String> addresses();
}
