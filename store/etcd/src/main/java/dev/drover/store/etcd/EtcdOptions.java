package dev.drover.store.etcd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where an etcd is, and how it is called.
///
/// @param endpoints the members' client addresses; calls go to one of them for as long as it
///   answers
/// @param prefix what all keys in etcd begin with, for those who share it with others
/// @param tls with which connections are secured, null for plain ones
/// @param silenceMax how long a member that says nothing on a watch is believed to be alive
public record EtcdOptions(
    List<Endpoint> endpoints,
    String prefix,
    Optional<Login> login,
    @Nullable SSLContext tls,
    Calls calls,
    Duration silenceMax,
    LongSupplier nanoClock) {
  public static final String PREFIX = "drover/";

  /// One member.
  public record Endpoint(String host, int port) {
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /// An etcd user.
  public record Login(String user, String password) {
    /// Without the password.
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  /// How long calls take at most, and how many there are.
  ///
  /// @param timeout of a call, with all attempts
  /// @param attemptTimeout how long one member may take over what may be asked again elsewhere
  /// @param outstandingMax calls under way at once
  public record Calls(Duration timeout, Duration attemptTimeout, int outstandingMax) {
    static final Calls DEFAULT = new Calls(Duration.ofSeconds(2), Duration.ofMillis(600), 1_024);
  }

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("an etcd has at least one endpoint");
    }
  }

  public static EtcdOptions defaults(List<Endpoint> endpoints) {
    return new EtcdOptions(
        endpoints,
        PREFIX,
        Optional.empty(),
        null,
        Calls.DEFAULT,
        Duration.ofSeconds(3),
        System::nanoTime);
  }

  public EtcdOptions withPrefix(String value) {
    return new EtcdOptions(endpoints, value, login, tls, calls, silenceMax, nanoClock);
  }

  public EtcdOptions withLogin(Optional<Login> value) {
    return new EtcdOptions(endpoints, prefix, value, tls, calls, silenceMax, nanoClock);
  }

  public EtcdOptions withTls(@Nullable SSLContext value) {
    return new EtcdOptions(endpoints, prefix, login, value, calls, silenceMax, nanoClock);
  }

  public EtcdOptions withTimeouts(Duration call, Duration attempt, Duration silence) {
    Calls other = new Calls(call, attempt, calls.outstandingMax());
    return new EtcdOptions(endpoints, prefix, login, tls, other, silence, nanoClock);
  }
}
