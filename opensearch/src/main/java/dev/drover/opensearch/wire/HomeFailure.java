package dev.drover.opensearch.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A home has not done what it was asked for.
public final class HomeFailure extends IOException {
  private static final long serialVersionUID = 1;
  private static final String TOO_LONG = "answer_too_long";
  private static final int REASON_CHARS_MAX = 500;

  /// What a retry can do.
  public enum Kind {
    /// No answer came: it is not known whether the request was carried out.
    SILENT,
    /// The home refuses for now: nothing was done, and the same request may pass later.
    BUSY,
    /// The home refuses, and would again.
    REFUSED
  }

  private final OpenSearchHome home;
  private final Kind kind;
  private final int status;
  private final String type;
  private final String reason;

  private HomeFailure(
      OpenSearchHome home,
      Kind kind,
      int status,
      String type,
      String reason,
      @Nullable Throwable cause) {
    super(home + ": " + (type.isEmpty() ? "" : type + ": ") + reason, cause);
    this.home = home;
    this.kind = kind;
    this.status = status;
    this.type = type;
    this.reason = reason;
  }

  /// No answer came in time, or none at all.
  static HomeFailure silent(OpenSearchHome home, IOException cause) {
    String said = cause.getMessage();
    return new HomeFailure(
        home,
        Kind.SILENT,
        0,
        "",
        said == null || said.isEmpty() ? cause.getClass().getSimpleName() : said,
        cause);
  }

  /// An answer that is no success.
  ///
  /// @param type OpenSearch's name of the error, empty if it names none
  public static HomeFailure answered(OpenSearchHome home, int status, String type, String reason) {
    String cut =
        reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) + "…" : reason;
    return new HomeFailure(
        home,
        passes(status, type) ? Kind.BUSY : Kind.REFUSED,
        status,
        type,
        cut.isEmpty() ? "it answered with status " + status : cut,
        null);
  }

  /// An answer that is longer than it may be.
  static HomeFailure tooLong(OpenSearchHome home, long bytesMax) {
    String reason = "its answer is longer than %,d bytes".formatted(bytesMax);
    return new HomeFailure(home, Kind.REFUSED, 0, TOO_LONG, reason, null);
  }

  /// An answer that cannot be understood.
  public static HomeFailure odd(OpenSearchHome home, String what, @Nullable Throwable cause) {
    return new HomeFailure(home, Kind.REFUSED, 0, "", what, cause);
  }

  /// Whether an error with this status can be gone when the same is asked again.
  public static boolean passes(int status, String type) {
    return status == 408
        || status == 429
        || status == 502
        || status == 503
        || status == 504
        || type.equals("process_cluster_event_timeout_exception")
        // A cluster whose disks are nearly full makes no index until they are not.
        || type.equals("index_create_block_exception");
  }

  public OpenSearchHome home() {
    return home;
  }

  public Kind kind() {
    return kind;
  }

  /// Whether asking again later can help.
  public boolean retryable() {
    return kind != Kind.REFUSED;
  }

  /// Whether less has to be asked for at once.
  public boolean tooLong() {
    return type.equals(TOO_LONG);
  }

  /// Of the answer; 0 if there was none.
  public int status() {
    return status;
  }

  /// OpenSearch's name of the error, such as `index_not_found_exception`; empty if it has none.
  public String type() {
    return type;
  }

  public String reason() {
    return reason;
  }
}
