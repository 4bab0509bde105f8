package dev.drover.control;

/// A request was refused; nothing has changed.
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1;
  private final Kind kind;

  /// What kind of refusal; the API answers each with its own status.
  public enum Kind {
    /// What was named does not exist.
    NOT_FOUND(404),
    /// The request itself is wrong.
    BAD_REQUEST(400),
    /// A token is missing or wrong.
    UNAUTHORIZED(401),
    /// A web page of somebody else asks.
    FORBIDDEN(403),
    /// The body is not JSON.
    MEDIA_TYPE(415),
    /// It is meant for another host.
    MISDIRECTED(421),
    /// The state of things does not allow it now.
    CONFLICT(409),
    /// A check before the move says no.
    PREFLIGHT(422),
    /// A limit is reached.
    TOO_MANY(429),
    /// The store or a home cannot be reached.
    UNAVAILABLE(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  public ControlException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /// The message; never absent.
  public String why() {
    return String.valueOf(getMessage());
  }
}
