package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/// The head of a client's request.
///
/// @param uri path and query as they came
/// @param length of the body in bytes, [Outgoing#CHUNKED] if it is not announced
record ClientRequest(
    String method, String uri, HttpHeaders headers, boolean keepAlive, long length) {
  static ClientRequest of(HttpRequest request) {
    boolean chunked = HttpUtil.isTransferEncodingChunked(request);
    long length = chunked ? Outgoing.CHUNKED : HttpUtil.getContentLength(request, 0L);
    return new ClientRequest(
        request.method().name(),
        request.uri(),
        request.headers(),
        HttpUtil.isKeepAlive(request),
        length);
  }

  /// A body that has come in another way than in chunks would have to be read in that way.
  void checkTransfer() throws Refused {
    for (String each : headers.getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
      if (!each.strip().equalsIgnoreCase("chunked")) {
        throw Refused.argument("Transfer-Encoding [" + each + "] is not supported: send chunked");
      }
    }
  }

  boolean head() {
    return method.equals("HEAD");
  }

  /// A header's value; empty if there is none.
  String header(CharSequence name) {
    return headers.get(name, "");
  }

  String contentType() {
    return header(HttpHeaderNames.CONTENT_TYPE);
  }

  String path() {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  /// Without the `?`; empty if there is none.
  String query() {
    int query = uri.indexOf('?');
    return query < 0 ? "" : uri.substring(query + 1);
  }
}
