package dev.drover.torture;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import java.util.List;
import java.util.Map;

/// The servers of the fleet, of which each can be asked everything.
final class Servers {
  private final List<ApiClient> all;

  Servers(List<ApiClient> all) {
    this.all = List.copyOf(all);
  }

  /// Asks one after the other until one knows.
  byte[] get(String path) throws ApiException {
    ApiException failure = null;
    for (ApiClient each : all) {
      try {
        return each.get(path);
      } catch (ApiException e) {
        if (e.absent()) {
          throw e;
        }
        failure = e;
      }
    }
    if (failure == null) {
      throw new IllegalStateException("there is no server");
    }
    throw failure;
  }

  Json json(String path) throws ApiException {
    return Json.parse(get(path));
  }

  /// Asks one of them for something to be done, and no other: it may be done already.
  byte[] post(int which, String path, Map<String, ?> body) throws ApiException {
    return all.get(Math.floorMod(which, all.size())).post(path, body);
  }
}
