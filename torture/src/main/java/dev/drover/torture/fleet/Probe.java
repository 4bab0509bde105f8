package dev.drover.torture.fleet;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// Asks a health endpoint.
final class Probe {
  private static final int MILLIS_MAX = 1_000;

  private Probe() {}

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
