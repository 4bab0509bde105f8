package dev.drover.redis.wire;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Where a server listens and how to be let in. Never prints the password.
///
/// @param user with a `password`; empty means the user `default`
/// @param tls present if the server speaks TLS; the server's name is then checked
/// @param connectMillisMax how long connecting may take
/// @param readMillisMax how long one answer may take
public record RespEndpoint(
    String host,
    int port,
    Optional<String> user,
    Optional<String> password,
    Optional<SSLContext> tls,
    int connectMillisMax,
    int readMillisMax) {
  public RespEndpoint {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535, but was " + port);
    }
    if (user.isPresent() && password.isEmpty()) {
      throw new IllegalArgumentException("user " + user.get() + " needs a password");
    }
    if (connectMillisMax < 1 || readMillisMax < 1) {
      throw new IllegalArgumentException("a time limit is at least 1 ms");
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
