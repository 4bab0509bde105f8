package dev.drover.opensearch.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The head of an answer to a client.
///
/// @param headers all but those of the body's length
record AnswerHead(int status, Map<String, String> headers) {
  static final String JSON = "application/json; charset=UTF-8";
  private static final int UNAVAILABLE = 503;

  /// Of a home's answer, these are passed on.
  private static final List<AsciiString> PASSED =
      Stream.of("content-type", "warning", "x-opensearch-version", "x-opaque-id", "retry-after")
          .map(AsciiString::cached)
          .toList();

  /// Of the gateway's own. A client that is answered with 503 may try again soon.
  static AnswerHead json(int status) {
    return new AnswerHead(
        status,
        status == UNAVAILABLE
            ? Map.of("content-type", JSON, "retry-after", "1")
            : Map.of("content-type", JSON));
  }

  /// As the home has it, but for what says where the home has put something.
  static AnswerHead of(HttpResponse response) {
    Map<String, String> passed = Map.of();
    var headers = response.headers().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> each = headers.next();
      for (AsciiString name : PASSED) {
        if (name.contentEqualsIgnoreCase(each.getKey())) {
          passed = and(passed, name.toString(), each.getValue().toString());
        }
      }
    }
    return new AnswerHead(response.status().code(), passed);
  }

  /// The first value of a header counts.
  private static Map<String, String> and(Map<String, String> some, String name, String value) {
    if (some.isEmpty()) {
      // Most answers have no other one.
      return Map.of(name, value);
    }
    Map<String, String> all = new LinkedHashMap<>(some);
    all.putIfAbsent(name, value);
    return all;
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
