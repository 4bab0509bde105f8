package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What each request is asked before anything is done for it: that it is meant for this server
/// (`Host`), that no web page of somebody else sent it (`Origin`), that its body is JSON, and that
/// it shows the token.
///
/// A browser sends what a page of a stranger asks for, also to a server that only this machine
/// reaches; a name of the stranger's can point here. So the name is looked at, and not only the
/// address.
final class ApiDoor {
  /// Answers without a token: whoever watches over processes has none.
  private static final String HEALTH = "/health";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "[::]", "*");
  private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|\\[[0-9a-f:.]+]");
  private static final String JSON = "application/json";

  private final Set<String> hosts = new HashSet<>(LOOPBACK);
  private final boolean anyAddress;
  private final Optional<byte[]> credential;
  private final String scheme;

  ApiDoor(ApiOptions options) {
    hosts.add(canonical(options.host()));
    options.hosts().forEach(each -> hosts.add(canonical(each)));
    this.anyAddress = ANYWHERE.contains(canonical(options.host()));
    this.credential =
        options.token().map(token -> ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
    this.scheme = options.tls().isPresent() ? "https" : "http";
  }

  /// As it stands in a `Host` header.
  private static String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
  }

  /// @throws ControlException saying why this request is not answered
  void check(Context ctx) throws ControlException {
    List<String> sent = Collections.list(ctx.req().getHeaders("Host"));
    String authority = sent.size() == 1 ? sent.getFirst().toLowerCase(Locale.ROOT) : "";
    host(authority);
    origin(ctx.header("Origin"), authority);
    token(ctx);
    type(ctx);
  }

  private void host(String authority) throws ControlException {
    String host = authority.replaceFirst(":\\d*$", "");
    if (hosts.contains(host)) {
      return;
    }
    // A stranger's name can be made to point here, an address cannot.
    if (anyAddress && ADDRESS.matcher(host).matches()) {
      return;
    }
    throw new ControlException(
        Kind.MISDIRECTED,
        "the request is for host '%s', which this server is not; nothing was done. Ask it by localhost or by the host in server.listen, or add the name to server.hosts"
            .formatted(host));
  }

  private void origin(@Nullable String origin, String authority) throws ControlException {
    if (origin == null || origin.equalsIgnoreCase(scheme + "://" + authority)) {
      return;
    }
    throw new ControlException(
        Kind.FORBIDDEN,
        "the request comes from a web page of '%s'; this server answers no other site's pages, and nothing was done. Use the drover command, or a program that sends no Origin"
            .formatted(shown(origin)));
  }

  private static String shown(String origin) {
    try {
      return String.valueOf(URI.create(origin));
    } catch (IllegalArgumentException e) {
      return "an unreadable origin";
    }
  }

  private void token(Context ctx) throws ControlException {
    if (credential.isEmpty() || ctx.path().equals(HEALTH)) {
      return;
    }
    String sent = Optional.ofNullable(ctx.header("Authorization")).orElse("");
    if (!MessageDigest.isEqual(credential.get(), sent.getBytes(StandardCharsets.UTF_8))) {
      throw new ControlException(
          Kind.UNAUTHORIZED,
          "this server asks for a token, and the request shows none or another; nothing was done."
              + " Send it as 'Authorization: Bearer …'. It is server.token or server.tokenFile of"
              + " the configuration; without those, the file 'token' in the server's data directory"
              + " (server.data), which only the server's user can read");
    }
  }

  private static void type(Context ctx) throws ControlException {
    boolean body = ctx.contentLength() > 0 || ctx.header("Transfer-Encoding") != null;
    String type = Optional.ofNullable(ctx.contentType()).orElse("");
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (body && !bare.equals(JSON)) {
      throw new ControlException(
          Kind.MEDIA_TYPE,
          "the body is of type '%s', and this server reads JSON only; nothing was done. Send 'Content-Type: application/json'"
              .formatted(bare));
    }
  }
}
