package dev.drover.cli;

import dev.drover.app.Tls;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.Terminal;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command that needs the configuration has.
class Context {
  @Nullable
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The configuration. Default: the variable DROVER_CONFIG, else drover.yaml in this directory.")
  private Path config;

  private final Map<String, String> environment = System.getenv();

  Config read() throws Failure {
    Path file = file();
    if (!Files.exists(file)) {
      throw new Failure(
          Exit.USAGE,
          "there is no configuration " + file,
          "'drover init' writes one; --config or DROVER_CONFIG point to one elsewhere",
          null);
    }
    try {
      return ConfigReader.read(file);
    } catch (ConfigException e) {
      int many = e.faults().size();
      throw new Failure(
          Exit.USAGE,
          "the configuration cannot be used:\n" + e.getMessage(),
          "mend " + (many == 1 ? "it" : "these " + many) + " and try again; nothing was done",
          e);
    }
  }

  Path file() {
    if (config != null) {
      return config;
    }
    String told = environment.getOrDefault("DROVER_CONFIG", "");
    return Path.of(told.isEmpty() ? "drover.yaml" : told);
  }

  ApiClient client(Config config) throws Failure {
    Config.Server server = config.server();
    String host = server.listen().host();
    boolean anywhere = host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
    String at = anywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    Optional<String> token = usable("server.token", () -> server.apiToken(environment));
    Optional<SSLContext> tls = usable("server.tls", () -> Tls.towards(server));
    String scheme = tls.isPresent() ? "https" : "http";
    return new ApiClient(scheme + "://" + at + ":" + server.listen().port(), token, tls);
  }

  private static <T> T usable(String key, Supplier<T> value) throws Failure {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, key + ": " + e.getMessage(), "", e);
    }
  }

  ApiClient client() throws Failure {
    return client(read());
  }

  Terminal terminal() {
    return Terminal.of(System.out, environment);
  }

  /// Prints what the server has said, as it said it.
  static void raw(byte[] json) {
    System.out.println(new String(json, StandardCharsets.UTF_8));
  }
}
