package dev.drover.engine.demo;

import java.io.IOException;
import java.util.List;

/// Entries whose content follows from their number, so that all of it can be checked after the
/// moves without having been kept.
public interface SampleContent {
  /// What it is, as it follows `writing`.
  String told();

  /// Writes all of it to a home, past all gateways.
  ///
  /// @param port of the home
  void fill(int port) throws IOException;

  /// Reads all of it through a gateway, and compares each entry with what it has to be.
  ///
  /// @param port of the gateway
  Checked check(int port) throws IOException;

  /// What a check has found.
  ///
  /// @param read how many entries were asked for
  /// @param wrong how many of them are not there, or not what they have to be
  /// @param names the first few of those
  record Checked(int read, int wrong, List<String> names) {
    private static final int NAMES_MAX = 5;

    /// @param wrong the names of all of them
    public static Checked of(int read, List<String> wrong) {
      return new Checked(read, wrong.size(), wrong.stream().limit(NAMES_MAX).toList());
    }
  }
}
