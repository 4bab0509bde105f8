package dev.drover.opensearch.rewrite;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/// A request that is not sent on. It is answered in OpenSearch's own form, so that a client's
/// library shows the reason as it shows any other error.
public final class Refused extends Exception {
  /// What OpenSearch says of a value that it cannot use.
  public static final String ARGUMENT = "illegal_argument_exception";

  /// What OpenSearch says of a body that it cannot read.
  public static final String PARSING = "parsing_exception";

  /// What only Drover refuses. OpenSearch would do it.
  public static final String DROVER = "drover_refused";

  /// Nothing was done, and it may be sent again.
  public static final String RETRY = "drover_unavailable";

  /// A write may or may not have been done.
  public static final String UNKNOWN = "drover_outcome_unknown";

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_ACCEPTABLE = 406;
  private static final int TOO_LARGE = 413;
  private static final int NOT_IMPLEMENTED = 501;

  private final int status;
  private final String type;

  /// @param reason says what is refused, why, and what to do instead
  public Refused(int status, String type, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.type = type;
  }

  /// A value that cannot be used.
  public static Refused argument(String reason) {
    return new Refused(BAD_REQUEST, ARGUMENT, reason);
  }

  /// A body that cannot be read.
  public static Refused parsing(String reason) {
    return new Refused(BAD_REQUEST, PARSING, reason);
  }

  /// A thing that OpenSearch would do, but that could show or change what is not the tenant's.
  public static Refused isolation(String reason) {
    return new Refused(FORBIDDEN, DROVER, reason);
  }

  /// A document that has the field by which a shared index keeps tenants apart.
  public static Refused ownField(String field) {
    return isolation(
        "a document has the field [%s], by which the index keeps tenants apart. Drover sets it itself: leave it out"
            .formatted(field));
  }

  /// A body that is longer than allowed.
  public static Refused tooLong(long bytesMax) {
    return new Refused(
        TOO_LARGE,
        "content_too_long_exception",
        "the body of this request may have at most %d bytes; nothing was done".formatted(bytesMax));
  }

  /// An index that is not the tenant's. It is answered as one that does not exist.
  public static Refused noIndex(String index) {
    return new Refused(NOT_FOUND, "index_not_found_exception", "no such index [" + index + "]");
  }

  /// A way to send a request, or to be answered, that Drover does not have.
  public static Refused notAcceptable(String reason) {
    return new Refused(NOT_ACCEPTABLE, DROVER, reason);
  }

  static Refused method(String reason) {
    return new Refused(METHOD_NOT_ALLOWED, ARGUMENT, reason);
  }

  /// A thing for which a gateway has to be told of moves.
  public static Refused unavailableInFresh(String what, String instead) {
    return notOffered(
        "%s is not offered by a gateway in mode 'fresh': %s".formatted(what, instead));
  }

  /// A thing that Drover does not do.
  public static Refused notOffered(String reason) {
    return new Refused(NOT_IMPLEMENTED, DROVER, reason);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }

  /// The body of the answer.
  public byte[] body() {
    return body(status, type, reason());
  }

  /// An error as OpenSearch writes it.
  public static byte[] body(int status, String type, String reason) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator to = Json.generator(out)) {
      to.writeStartObject();
      to.writeObjectPropertyStart("error");
      to.writeArrayPropertyStart("root_cause");
      to.writeStartObject();
      cause(to, type, reason);
      to.writeEndObject();
      to.writeEndArray();
      cause(to, type, reason);
      to.writeEndObject();
      to.writeNumberProperty("status", status);
      to.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void cause(JsonGenerator to, String type, String reason) {
    to.writeStringProperty("type", type);
    to.writeStringProperty("reason", wellFormed(reason));
  }

  /// A reason may quote what a client has sent, so it may hold half a surrogate pair.
  private static String wellFormed(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            each -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE ? '?' : each)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
