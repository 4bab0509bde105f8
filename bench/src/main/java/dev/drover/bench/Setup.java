package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How measurements are run.
///
/// @param quick smaller and fewer, to see that they work; the figures mean little
/// @param home where Drover's sources are
record Setup(boolean quick, Path home) {
  /// @param whole the size of the full measurement
  int size(int whole, int small) {
    return quick ? small : whole;
  }

  /// The `drover` command: the server and the gateways run as a user starts them.
  Path launcher() throws IOException {
    Path launcher = home.resolve("drover");
    if (!Files.isExecutable(launcher)) {
      throw new IOException(launcher + " is not there: run this from Drover's sources");
    }
    return launcher;
  }

  /// Where the launcher says, or else the nearest directory upwards that holds this module.
  static Path findHome() {
    String said = System.getProperty("drover.home");
    if (said != null) {
      return Path.of(said);
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path each = here; each != null; each = each.getParent()) {
      if (Files.exists(each.resolve("bench/pom.xml"))) {
        return each;
      }
    }
    return here;
  }
}
