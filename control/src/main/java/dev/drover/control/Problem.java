package dev.drover.control;

/// An error as the API gives it (RFC 9457, `application/problem+json`).
///
/// @param type a short stable name of the kind of error
/// @param title the kind, for people
/// @param status the HTTP status
/// @param detail what is wrong here, what it means and what to do
public record Problem(String type, String title, int status, String detail) {
  static final String CONTENT_TYPE = "application/problem+json";

  static Problem of(ControlException e) {
    String name = e.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    return new Problem("urn:drover:" + name, name.replace('-', ' '), e.kind().status(), e.why());
  }

  static Problem of(int status, String name, String detail) {
    return new Problem("urn:drover:" + name, name.replace('-', ' '), status, detail);
  }
}
