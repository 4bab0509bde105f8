package dev.drover.store.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Where the Redis server is, and how it is called.
///
/// @param prefix what all keys in Redis begin with
public record RedisStoreOptions(
    String host,
    int port,
    String prefix,
    Login login,
    Tls tls,
    Calls calls,
    History history,
    LongSupplier nanoClock) {
  public static final String PREFIX = "drover:";

  /// As whom the server is called.
  ///
  /// @param user the ACL user, with a password; empty for `default`
  public record Login(Optional<String> user, Optional<Password> password) {
    static final Login NONE = new Login(Optional.empty(), Optional.empty());
  }

  /// Never printed.
  public record Password(String text) {
    @Override
    public String toString() {
      return "(secret)";
    }
  }

  /// Whether connections are secured.
  ///
  /// @param caFile certificates that the server's is checked against; empty for the JDK's
  public record Tls(boolean on, Optional<Path> caFile) {
    static final Tls OFF = new Tls(false, Optional.empty());
  }

  /// How long calls take at most, and how many there are.
  ///
  /// @param timeout of a call, with all attempts
  /// @param attemptTimeout how long the server may take over what may be asked again
  /// @param outstandingMax calls under way at once
  public record Calls(Duration timeout, Duration attemptTimeout, int outstandingMax) {
    static final Calls DEFAULT = new Calls(Duration.ofSeconds(2), Duration.ofMillis(600), 1_024);
  }

  /// The changes that are kept for watches that fell behind.
  ///
  /// @param eventsMax so many changes
  /// @param bytesMax the same, by bytes
  public record History(int eventsMax, long bytesMax) {
    static final History DEFAULT = new History(16_384, 32L << 20);
  }

  public static RedisStoreOptions defaults(String host, int port) {
    return new RedisStoreOptions(
        host, port, PREFIX, Login.NONE, Tls.OFF, Calls.DEFAULT, History.DEFAULT, System::nanoTime);
  }

  public RedisStoreOptions withPrefix(String value) {
    return new RedisStoreOptions(host, port, value, login, tls, calls, history, nanoClock);
  }

  public RedisStoreOptions withLogin(Optional<String> user, Optional<Password> password) {
    Login other = new Login(user, password);
    return new RedisStoreOptions(host, port, prefix, other, tls, calls, history, nanoClock);
  }

  public RedisStoreOptions withTls(boolean on, Optional<Path> caFile) {
    Tls other = new Tls(on, caFile);
    return new RedisStoreOptions(host, port, prefix, login, other, calls, history, nanoClock);
  }

  public RedisStoreOptions withTimeouts(Duration call, Duration attempt) {
    Calls other = new Calls(call, attempt, calls.outstandingMax());
    return new RedisStoreOptions(host, port, prefix, login, tls, other, history, nanoClock);
  }

  public RedisStoreOptions withHistory(int eventsMax) {
    History other = new History(eventsMax, history.bytesMax());
    return new RedisStoreOptions(host, port, prefix, login, tls, calls, other, nanoClock);
  }
}
