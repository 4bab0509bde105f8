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
/// @param callTimeout how long a call takes at most, with all attempts
/// @param attemptTimeout how long one member may take over what may be asked again elsewhere
/// @param silenceMax how long a member that says nothing on a watch is believed to be alive
/// @param outstandingMax calls under way at once
public record EtcdOptions(
    List<Endpoint> endpoints,
    String prefix,
    Optional<Login> login,
    @Nullable SSLContext tls,
    Duration callTimeout,
    Duration attemptTimeout,
    Duration silenceMax,
    int outstandingMax,
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
        Duration.ofSeconds(2),
        Duration.ofMillis(600),
        Duration.ofSeconds(3),
        1_024,
        System::nanoTime);
  }

  public EtcdOptions withPrefix(String value) {
    return new EtcdOptions(
        endpoints,
        value,
        login,
        tls,
        callTimeout,
        attemptTimeout,
        silenceMax,
        outstandingMax,
        nanoClock);
  }

  public EtcdOptions withLogin(Optional<Login> value) {
    return new EtcdOptions(
        endpoints,
        prefix,
        value,
        tls,
        callTimeout,
        attemptTimeout,
        silenceMax,
        outstandingMax,
        nanoClock);
  }

  public EtcdOptions withTls(@Nullable SSLContext value) {
    return new EtcdOptions(
        endpoints,
        prefix,
        login,
        value,
        callTimeout,
        attemptTimeout,
        silenceMax,
        outstandingMax,
        nanoClock);
  }

  public EtcdOptions withTimeouts(Duration call, Duration attempt, Duration silence) {
    return new EtcdOptions(
        endpoints, prefix, login, tls, call, attempt, silence, outstandingMax, nanoClock);
  }
}
