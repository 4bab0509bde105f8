package dev.drover.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `--home-binary` names.
final class HomeBinaryOption {
  private HomeBinaryOption() {}

  /// @param file null if the option was not given
  /// @throws Failure if nothing can be run there
  static Optional<Path> program(@Nullable Path file) throws Failure {
    if (file == null) {
      return Optional.empty();
    }
    String why = "";
    if (!Files.exists(file)) {
      why = "there is no such file";
    } else if (!Files.isRegularFile(file)) {
      why = "that is no file";
    } else if (!Files.isExecutable(file)) {
      why = "it may not be executed";
    }
    if (!why.isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "--home-binary " + file + ": " + why,
          "name the program that runs a home, or leave the option out",
          null);
    }
    return Optional.of(file);
  }
}
