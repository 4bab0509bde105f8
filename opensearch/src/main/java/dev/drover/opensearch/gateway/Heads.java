package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Names;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a request's headers have to say, and what of them a home is told.
final class Heads {
  private static final int UNSUPPORTED_TYPE = 415;
  private static final Set<String> JSON =
      Set.of(
          "application/json",
          "application/x-ndjson",
          "application/vnd.opensearch+json",
          "application/vnd.opensearch+x-ndjson",
          "application/vnd.elasticsearch+json",
          "application/vnd.elasticsearch+x-ndjson");
  private static final List<String> OTHER_FORMS = List.of("cbor", "smile", "yaml");
  private static final AsciiString OPAQUE_ID = AsciiString.cached("x-opaque-id");

  private Heads() {}

  /// The head for a tenant's home, but for its method, its target and its length. What answers are
  /// to be like is not sent: they are read here, so they have to be JSON.
  static Outgoing ofTenant(ClientRequest request) {
    return sent(request, "");
  }

  /// The head for a home that is not read, but for its target.
  static Outgoing passed(ClientRequest request) {
    return sent(request, safe(request.header(HttpHeaderNames.ACCEPT)));
  }

  private static Outgoing sent(ClientRequest request, String accept) {
    return new Outgoing(
        request.method(),
        "",
        safe(request.contentType()),
        safe(request.header(HttpHeaderNames.CONTENT_ENCODING)),
        request.length(),
        opaqueId(request),
        accept,
        new Outgoing.Credentials(safe(request.header(HttpHeaderNames.AUTHORIZATION)), true));
  }

  /// What a driver marks its writes with, no client can: the next driver waits for it.
  private static String opaqueId(ClientRequest request) {
    String id = safe(request.header(OPAQUE_ID));
    return id.startsWith(Names.OWN) ? "" : id;
  }

  private static String safe(String value) {
    return Outgoing.safe(value).orElse("");
  }

  /// The one form in which bodies are read, here and at homes.
  static void check(ClientRequest request) throws Refused {
    String media = media(request.contentType());
    if (!media.isEmpty() && !JSON.contains(media)) {
      throw new Refused(
          UNSUPPORTED_TYPE,
          "media_type_header_exception",
          "Content-Type [" + media + "] is not supported: send application/json");
    }
    String encoding = request.header(HttpHeaderNames.CONTENT_ENCODING).strip();
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("gzip")) {
      throw new Refused(
          UNSUPPORTED_TYPE,
          Refused.ARGUMENT,
          "Content-Encoding [" + encoding + "] is not supported: send gzip, or nothing");
    }
    if (request.length() != 0 && media.isEmpty()) {
      throw Refused.notAcceptable("Content-Type header is missing: send application/json");
    }
    checkAccept(request.header(HttpHeaderNames.ACCEPT));
  }

  /// A cluster answers in the forms that it has, and in JSON to who asks for another one.
  private static void checkAccept(String accept) throws Refused {
    if (accept.isBlank()) {
      return;
    }
    boolean other = false;
    boolean json = false;
    for (String each : accept.split(",", -1)) {
      String media = media(each);
      other |= OTHER_FORMS.stream().anyMatch(media::endsWith);
      json |= JSON.contains(media) || media.equals("*/*") || media.equals("application/*");
    }
    if (other && !json) {
      throw Refused.notAcceptable(
          "Accept [" + accept + "] is not supported: answers are application/json");
    }
  }

  /// A media type without its parameters.
  private static String media(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
