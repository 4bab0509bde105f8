package dev.drover.engine.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// How an engine's homes are run on this machine, and named in a configuration.
public interface LocalHomes {
  /// Finds what runs a home.
  ///
  /// @param binary the one that is asked for; empty for any
  /// @param directory where files may be put
  /// @throws IOException saying what is missing, and what to do
  HomeProgram program(Optional<Path> binary, Path directory) throws IOException;

  /// The keys of a home in the configuration but `name` and `engine`, as in `host: localhost, port:
  /// 1`.
  String homeKeys(int port);

  /// The keys of a partition in the configuration but `home` and `fallback`.
  String partitionKeys(String name);
}
