package dev.drover.torture.fleet;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Asks processes how they are, over HTTP.
final class Probe {
  private static final int MILLIS_MAX = 1_000;

  private Probe() {}

  /// Whether a member of etcd says that another one leads.
  static boolean follows(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/v3/maintenance/status")
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(MILLIS_MAX);
      connection.setReadTimeout(MILLIS_MAX);
      connection.setDoOutput(true);
      connection.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = connection.getInputStream()) {
        Json status = Json.parse(in.readAllBytes());
        String leader = status.has("leader") ? status.text("leader") : "";
        return !leader.isEmpty() && !leader.equals(status.get("header").text("member_id"));
      }
    } catch (IOException | ApiException e) {
      return false;
    }
  }

  static boolean ok(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
      connection.setConnectTimeout(MILLIS_MAX);
      connection.setReadTimeout(MILLIS_MAX);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
