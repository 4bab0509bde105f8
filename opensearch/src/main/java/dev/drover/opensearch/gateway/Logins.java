package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Who may use a gateway.
///
/// @param password what clients show as the password of basic authentication, or as a bearer token;
///   empty if they need none
public record Logins(Optional<String> password) {
  private static final int UNAUTHORIZED = 401;
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  /// @param user of basic authentication; empty if there is none
  record Login(String user) {}

  /// @throws Refused if the password is wrong or missing
  Login check(ClientRequest request) throws Refused {
    List<String> headers = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (headers.size() > 1) {
      throw Refused.argument("the header 'Authorization' stands twice in this request");
    }
    String header = headers.isEmpty() ? "" : headers.getFirst();
    String user = "";
    String shown = "";
    if (header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      String both = decoded(header.substring(BASIC.length()).strip());
      int colon = both.indexOf(':');
      user = colon < 0 ? both : both.substring(0, colon);
      shown = colon < 0 ? "" : both.substring(colon + 1);
    } else if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      shown = header.substring(BEARER.length()).strip();
    }
    if (password.isPresent() && !same(password.get(), shown)) {
      throw new Refused(
          UNAUTHORIZED,
          "security_exception",
          "this gateway needs a password, and the request shows none or a wrong one");
    }
    return new Login(user);
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String base64) throws Refused {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refused.argument("the header 'Authorization' is no basic authentication");
    }
  }

  /// Without the password.
  @Override
  public String toString() {
    return password.isPresent() ? "a password" : "no password";
  }
}
