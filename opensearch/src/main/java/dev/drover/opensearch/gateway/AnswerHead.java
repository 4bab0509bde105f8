package dev.drover.opensearch.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The head of an answer to a client.
///
/// @param headers all but those of the body's length
record AnswerHead(int status, Map<String, String> headers) {
  static final String JSON = "application/json; charset=UTF-8";

  /// Of a home's answer, these are passed on.
  private static final List<String> PASSED =
      List.of("content-type", "warning", "x-opensearch-version", "x-opaque-id", "retry-after");

  static AnswerHead json(int status) {
    return new AnswerHead(status, Map.of("content-type", JSON));
  }

  /// For a client that may try again soon.
  static AnswerHead retry(int status) {
    return new AnswerHead(status, Map.of("content-type", JSON, "retry-after", "1"));
  }

  /// As the home has it, but for what says where the home has put something.
  static AnswerHead of(HttpResponse response) {
    HttpHeaders from = response.headers();
    Map<String, String> passed = new LinkedHashMap<>();
    for (String name : PASSED) {
      String value = from.get(name);
      if (value != null) {
        passed.put(name, value);
      }
    }
    return new AnswerHead(response.status().code(), passed);
  }

  /// With every header of the home's but those of the connection.
  static AnswerHead whole(HttpResponse response) {
    Map<String, String> passed = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : response.headers()) {
      String name = each.getKey().toLowerCase(java.util.Locale.ROOT);
      boolean connections =
          name.contentEquals(HttpHeaderNames.CONTENT_LENGTH)
              || name.contentEquals(HttpHeaderNames.TRANSFER_ENCODING)
              || name.contentEquals(HttpHeaderNames.CONNECTION)
              || name.contentEquals("keep-alive")
              || name.contentEquals("upgrade");
      if (!connections) {
        passed.put(name, each.getValue());
      }
    }
    return new AnswerHead(response.status().code(), passed);
  }
}
