package dev.drover.opensearch.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The head of a request to a home.
///
/// @param target path and query, encoded
/// @param contentType of the body; empty if there is none, or it says nothing
/// @param contentEncoding of a body that is passed by as it is; empty for none
/// @param length of the body in bytes; 0 for none, [#CHUNKED] if it is not known yet
/// @param opaqueId the client's `X-Opaque-Id`, by which the cluster's tasks show it; empty for none
/// @param accept what the client takes; empty for anything
/// @param credentials the client's own, for homes that are sent them
record Outgoing(
    String method,
    String target,
    String contentType,
    String contentEncoding,
    long length,
    String opaqueId,
    String accept,
    Credentials credentials) {
  static final long CHUNKED = -1;
  private static final int ROOM = 256;

  /// @param value of a client's header `Authorization`; empty if it has none
  /// @param client whether the request is a client's
  record Credentials(String value, boolean client) {
    private static final Credentials OWN = new Credentials("", false);

    /// Without what is secret.
    @Override
    public String toString() {
      return value.isEmpty() ? "no secret" : "a secret";
    }
  }

  /// Of the gateway's own, with a body in JSON.
  static Outgoing json(String method, String target, long length) {
    return new Outgoing(method, target, "application/json", "", length, "", "", Credentials.OWN);
  }

  /// One that the gateway makes for a client's request, with a body in JSON or without one.
  Outgoing made(String otherMethod, String otherTarget, long otherLength) {
    return new Outgoing(
        otherMethod,
        otherTarget,
        otherLength == 0 ? "" : "application/json",
        "",
        otherLength,
        opaqueId,
        "",
        credentials);
  }

  /// The same to another target.
  Outgoing to(String otherMethod, String otherTarget, long otherLength) {
    return new Outgoing(
        otherMethod,
        otherTarget,
        contentType,
        contentEncoding,
        otherLength,
        opaqueId,
        accept,
        credentials);
  }

  /// The same with a body that is not compressed any more, and that may have come otherwise.
  Outgoing plain() {
    String type = contentType.isEmpty() && length > 0 ? "application/json" : contentType;
    return new Outgoing(method, target, type, "", length, opaqueId, accept, credentials);
  }

  boolean head() {
    return method.equals("HEAD");
  }

  boolean chunked() {
    return length == CHUNKED;
  }

  /// Its bytes on an HTTP/1.1 connection.
  byte[] bytes(HomeEndpoint to) {
    StringBuilder out = new StringBuilder(ROOM + target.length());
    out.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ");
    out.append(to.at().host()).append(':').append(to.at().port());
    header(out, "Content-Type", contentType);
    header(out, "Content-Encoding", contentEncoding);
    header(out, "X-Opaque-Id", opaqueId);
    header(out, "Accept", accept);
    header(out, "Authorization", to.login().shown(credentials.client(), credentials.value()));
    if (chunked()) {
      header(out, "Transfer-Encoding", "chunked");
    } else if (length > 0 || (!method.equals("GET") && !head())) {
      header(out, "Content-Length", Long.toString(length));
    }
    out.append("\r\n\r\n");
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void header(StringBuilder out, String name, String value) {
    if (!value.isEmpty()) {
      out.append("\r\n").append(name).append(": ").append(value);
    }
  }

  /// What a value of a client's header may be that is passed on: a line break would be a header of
  /// its own. Empty if it may not be.
  static Optional<String> safe(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < 0x20 || value.charAt(i) >= 0x7f) {
        return Optional.empty();
      }
    }
    return Optional.of(value);
  }
}
