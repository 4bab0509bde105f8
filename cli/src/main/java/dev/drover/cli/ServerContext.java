package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.config.Config;
import dev.drover.engine.config.Units;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command that asks the server has.
final class ServerContext extends Context {
  @Nullable
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description =
          "The longest time to wait for the server's answer, such as 500ms or 5s. Default: 3s to connect,"
              + " then 20s.")
  private String timeout;

  @Override
  ApiClient client(Config config) throws Failure {
    ApiClient client = super.client(config);
    return timeout == null ? client : client.within(duration("--timeout", timeout));
  }

  /// A time that an option was given.
  static Duration duration(String option, String text) throws Failure {
    try {
      Duration time = Units.duration(text);
      if (time.isPositive()) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, option + ": " + e.getMessage(), "", e);
    }
    throw new Failure(Exit.USAGE, option + " is more than 0", "", null);
  }
}
