package dev.drover.redis.move;

import dev.drover.core.HomeId;
import dev.drover.redis.wire.RespEndpoint;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// A Redis or Valkey server as a home of scopes. Its database 0 is used. Never prints a password.
///
/// @param user the ACL user with whom Drover logs in, with `password`; empty means `default`
/// @param aclFence how writers who go around the gateways can be shut out, if they can
public record RedisHome(
    HomeId id,
    String host,
    int port,
    Optional<String> user,
    Optional<String> password,
    Optional<SSLContext> tls,
    Optional<AclFence> aclFence) {

  public RedisHome {
    if (aclFence.isPresent() && aclFence.get().users().contains(user.orElse("default"))) {
      throw new IllegalArgumentException(
          "home "
              + id
              + " fences user "
              + user.orElse("default")
              + ", with whom Drover itself logs in: give Drover a user of its own");
    }
  }

  /// A server without password and TLS.
  public static RedisHome plain(HomeId id, String host, int port) {
    return new RedisHome(
        id, host, port, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public RedisHome withAclFence(AclFence fence) {
    return new RedisHome(id, host, port, user, password, tls, Optional.of(fence));
  }

  /// Where to connect to it, and with which credentials.
  ///
  /// @param connectMillisMax how long connecting may take
  /// @param readMillisMax how long one answer may take
  public RespEndpoint endpoint(int connectMillisMax, int readMillisMax) {
    return new RespEndpoint(host, port, user, password, tls, connectMillisMax, readMillisMax);
  }

  @Override
  public String toString() {
    return "home " + id + " (" + host + ":" + port + ")";
  }

  /// Who is fenced and what stays writable: an ACL can only allow, so a fence around one scope
  /// takes the list of everything that may be written (Redis 7.0 and later).
  ///
  /// @param users the ACL users that write around the gateways; never Drover's own or a gateway's
  /// @param writablePrefixes every prefix those users may write, the scopes' own among them, each
  ///   exactly as the scope is called
  public record AclFence(List<String> users, List<String> writablePrefixes) {
    public AclFence {
      users = List.copyOf(users);
      writablePrefixes = List.copyOf(writablePrefixes);
    }
  }
}
