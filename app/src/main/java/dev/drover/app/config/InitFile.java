package dev.drover.app.config;

import dev.drover.core.Engine;
import dev.drover.engine.Plug;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The configuration that `drover init` writes: every key, explained, with its default.
public final class InitFile {
  /// The token's file beside it, as its text names it.
  public static final String TOKEN = "drover.token";

  /// The gateways' token's file beside it.
  public static final String GATEWAY_TOKEN = "drover-gateway.token";

  private InitFile() {}

  /// The whole file, with an engine's example in it.
  public static String text(Plug plug) {
    Plug.Example example = plug.example();
    String engine =
        (plug.engine().equals(Engine.FIRST) ? "# engine: " : "engine: ") + plug.engine();
    return frame()
        .replace("@HOMES@\n", example.homes())
        .replace("@PARTITIONS@\n", example.partitions())
        .replace("@ENGINE@", engine)
        .replace("@GATEWAY@\n", example.gateway());
  }

  private static String frame() {
    try (InputStream in = InitFile.class.getResourceAsStream("drover.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no drover.yaml");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
