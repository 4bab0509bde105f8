package dev.drover.store.records;

import dev.drover.core.fleet.RequestUnderWay;
import java.util.List;

/// What keeps a gateway from confirming holds, in its own words. It is there only while a hold
/// lasts for long, under the gateway's short lease; nothing is decided by it.
public record RequestsRecord(List<RequestUnderWay> requests) {
  /// Requests in one record.
  public static final int REQUESTS_MAX = 16;

  public RequestsRecord {
    if (requests.size() > REQUESTS_MAX) {
      throw new IllegalArgumentException(
          "at most " + REQUESTS_MAX + " requests are told, not " + requests.size());
    }
    requests = List.copyOf(requests);
  }
}
