package dev.drover.opensearch.wire;

import dev.drover.core.HomeId;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// A cluster, and how it is reached.
///
/// @param host a name or an address
/// @param login what Drover logs in with, if the cluster asks for it
/// @param tls what an encrypted connection is made with; empty for a plain one
public record OpenSearchHome(
    HomeId id, String host, int port, Optional<Login> login, Optional<SSLContext> tls) {
  /// A user of the cluster.
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "user '" + user + "'";
    }
  }

  /// Over a plain connection, without a login.
  public OpenSearchHome(HomeId id, String host, int port) {
    this(id, host, port, Optional.empty(), Optional.empty());
  }

  /// As `host:port`.
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /// What all paths are put behind.
  String base() {
    return (tls.isPresent() ? "https://" : "http://") + address();
  }

  @Override
  public String toString() {
    return "home '" + id + "' (" + address() + ")";
  }
}
