package dev.drover.store.consul;

import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.log.LogOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where a Consul is, and how it is called.
///
/// @param hosts its agents' HTTP addresses; calls go to one of them for as long as it answers
/// @param prefix what all keys in Consul begin with
/// @param tls with which connections are secured, null for plain ones
public record ConsulStoreOptions(
    List<Host> hosts,
    String prefix,
    Optional<Token> token,
    @Nullable SSLContext tls,
    Calls calls,
    History history,
    LongSupplier nanoClock) {
  public static final String PREFIX = "drover/";

  /// An ACL token, never printed.
  public record Token(String text) {
    @Override
    public String toString() {
      return "(secret)";
    }
  }

  /// How long calls take at most.
  ///
  /// @param timeout of a call, with all that it asks
  /// @param attemptTimeout how long an agent may take over one request
  public record Calls(Duration timeout, Duration attemptTimeout) {
    static final Calls DEFAULT = new Calls(Duration.ofSeconds(3), Duration.ofSeconds(1));
  }

  /// The changes that are kept for watches that fell behind.
  ///
  /// @param eventsMax so many changes
  /// @param bytesMax the same, by bytes
  public record History(int eventsMax, long bytesMax) {
    static final History DEFAULT = new History(LogOptions.HISTORY_EVENTS, LogOptions.HISTORY_BYTES);
  }

  public ConsulStoreOptions {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("a Consul has at least one host");
    }
  }

  public static ConsulStoreOptions defaults(List<Host> hosts) {
    return new ConsulStoreOptions(
        hosts, PREFIX, Optional.empty(), null, Calls.DEFAULT, History.DEFAULT, System::nanoTime);
  }

  public ConsulStoreOptions withPrefix(String value) {
    return new ConsulStoreOptions(hosts, value, token, tls, calls, history, nanoClock);
  }

  public ConsulStoreOptions withToken(Optional<Token> value) {
    return new ConsulStoreOptions(hosts, prefix, value, tls, calls, history, nanoClock);
  }

  public ConsulStoreOptions withTls(@Nullable SSLContext value) {
    return new ConsulStoreOptions(hosts, prefix, token, value, calls, history, nanoClock);
  }

  public ConsulStoreOptions withTimeouts(Duration call, Duration attempt) {
    Calls other = new Calls(call, attempt);
    return new ConsulStoreOptions(hosts, prefix, token, tls, other, history, nanoClock);
  }

  public ConsulStoreOptions withHistory(int eventsMax) {
    History other = new History(eventsMax, history.bytesMax());
    return new ConsulStoreOptions(hosts, prefix, token, tls, calls, other, nanoClock);
  }
}
