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
/// @param password what clients show as the password of basic authentication, or as a bearer token
/// @param tokens what bearer tokens are checked by; if both are empty, clients need nothing
public record Logins(Optional<String> password, Optional<Tokens> tokens) {
  private static final int UNAUTHORIZED = 401;
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  /// @throws Refused if the password or the token is wrong, or one is missing
  Login check(ClientRequest request) throws Refused {
    List<String> headers = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (headers.size() > 1) {
      throw Refused.argument("the header 'Authorization' stands twice in this request");
    }
    String header = headers.isEmpty() ? "" : headers.getFirst();
    if (header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      String both = decoded(header.substring(BASIC.length()).strip());
      int colon = both.indexOf(':');
      requirePassword(colon < 0 ? "" : both.substring(colon + 1));
      String user = colon < 0 ? both : both.substring(0, colon);
      return new Login(user, "", user, false);
    }
    if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return bearer(header.substring(BEARER.length()).strip());
    }
    requirePassword("");
    return Login.NOBODY;
  }

  private Login bearer(String shown) throws Refused {
    boolean isPassword = password.isPresent() && same(password.get(), shown);
    if (tokens.isPresent() && !isPassword) {
      return tokens.get().login(shown);
    }
    requirePassword(shown);
    return Login.NOBODY;
  }

  private void requirePassword(String shown) throws Refused {
    boolean well = password.map(own -> same(own, shown)).orElse(tokens.isEmpty());
    if (!well) {
      throw new Refused(
          UNAUTHORIZED,
          "security_exception",
          "this gateway needs a password or a token, and the request shows none or a wrong one");
    }
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

  /// Without what is secret.
  @Override
  public String toString() {
    return password.isPresent() || tokens.isPresent() ? "a secret" : "no secret";
  }
}
