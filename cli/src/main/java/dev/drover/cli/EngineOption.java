package dev.drover.cli;

import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;

/// What `--engine` names.
final class EngineOption {
  private EngineOption() {}

  static Plug plug(String name) throws Failure {
    try {
      return Plugs.of(name);
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()), "", e);
    }
  }
}
