package dev.drover.store.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Where the Redis server is, and how it is called.
///
/// @param prefix what all keys in Redis begin with
/// @param user the ACL user, with a password; empty for `default`
/// @param caFile certificates that the server's is checked against; empty for the JDK's
/// @param callTimeout how long a call takes at most, with all attempts
/// @param attemptTimeout how long the server may take over what may be asked again
/// @param historyEventsMax changes that are kept for watches that fell behind
/// @param historyBytesMax the same, by bytes
/// @param outstandingMax calls under way at once
public record RedisStoreOptions(
    String host,
    int port,
    String prefix,
    Optional<String> user,
    Optional<Password> password,
    boolean tls,
    Optional<Path> caFile,
    Duration callTimeout,
    Duration attemptTimeout,
    int historyEventsMax,
    long historyBytesMax,
    int outstandingMax,
    LongSupplier nanoClock) {
  public static final String PREFIX = "drover:";

  /// Never printed.
  public record Password(String text) {
    @Override
    public String toString() {
      return "(secret)";
    }
  }

  public static RedisStoreOptions defaults(String host, int port) {
    return new RedisStoreOptions(
        host,
        port,
        PREFIX,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Duration.ofSeconds(2),
        Duration.ofMillis(600),
        16_384,
        32L << 20,
        1_024,
        System::nanoTime);
  }

  public RedisStoreOptions withPrefix(String value) {
    return new RedisStoreOptions(
        host,
        port,
        value,
        user,
        password,
        tls,
        caFile,
        callTimeout,
        attemptTimeout,
        historyEventsMax,
        historyBytesMax,
        outstandingMax,
        nanoClock);
  }

  public RedisStoreOptions withLogin(Optional<String> asUser, Optional<Password> with) {
    return new RedisStoreOptions(
        host,
        port,
        prefix,
        asUser,
        with,
        tls,
        caFile,
        callTimeout,
        attemptTimeout,
        historyEventsMax,
        historyBytesMax,
        outstandingMax,
        nanoClock);
  }

  public RedisStoreOptions withTls(boolean value, Optional<Path> trusted) {
    return new RedisStoreOptions(
        host,
        port,
        prefix,
        user,
        password,
        value,
        trusted,
        callTimeout,
        attemptTimeout,
        historyEventsMax,
        historyBytesMax,
        outstandingMax,
        nanoClock);
  }

  public RedisStoreOptions withTimeouts(Duration call, Duration attempt) {
    return new RedisStoreOptions(
        host,
        port,
        prefix,
        user,
        password,
        tls,
        caFile,
        call,
        attempt,
        historyEventsMax,
        historyBytesMax,
        outstandingMax,
        nanoClock);
  }

  public RedisStoreOptions withHistory(int eventsMax) {
    return new RedisStoreOptions(
        host,
        port,
        prefix,
        user,
        password,
        tls,
        caFile,
        callTimeout,
        attemptTimeout,
        eventsMax,
        historyBytesMax,
        outstandingMax,
        nanoClock);
  }
}
