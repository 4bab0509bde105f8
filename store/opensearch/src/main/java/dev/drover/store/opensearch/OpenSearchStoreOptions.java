package dev.drover.store.opensearch;

import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.log.LogOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where an OpenSearch cluster is, and how it is called.
///
/// @param hosts its nodes' HTTP addresses; calls go to one of them for as long as it answers
/// @param index that holds the store, and nothing else
/// @param copies of the index that are asked for when it is created
/// @param tls with which connections are secured, null for plain ones
public record OpenSearchStoreOptions(
    List<Host> hosts,
    String index,
    int copies,
    Optional<Login> login,
    @Nullable SSLContext tls,
    Calls calls,
    History history,
    LongSupplier nanoClock) {
  public static final String INDEX = "drover-store";
  public static final int COPIES_MAX = 5;

  /// A user of the cluster.
  public record Login(String user, String password) {
    /// Without the password.
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  /// How long calls take at most, and how often changes are looked for.
  ///
  /// @param timeout of a call, with all that it asks
  /// @param attemptTimeout how long a node may take over one request
  /// @param poll how often a process looks for what others have written
  public record Calls(Duration timeout, Duration attemptTimeout, Duration poll) {
    static final Calls DEFAULT =
        new Calls(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(25));
  }

  /// The changes that are kept for watches that fell behind.
  ///
  /// @param eventsMax so many changes
  /// @param bytesMax the same, by bytes
  public record History(int eventsMax, long bytesMax) {
    static final History DEFAULT = new History(LogOptions.HISTORY_EVENTS, LogOptions.HISTORY_BYTES);
  }

  public OpenSearchStoreOptions {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("a cluster has at least one host");
    }
    if (copies < 1 || copies > COPIES_MAX) {
      throw new IllegalArgumentException("an index has 1 to " + COPIES_MAX + " copies");
    }
  }

  public static OpenSearchStoreOptions defaults(List<Host> hosts) {
    return new OpenSearchStoreOptions(
        hosts, INDEX, 1, Optional.empty(), null, Calls.DEFAULT, History.DEFAULT, System::nanoTime);
  }

  public OpenSearchStoreOptions withIndex(String value, int copiesOfIt) {
    return new OpenSearchStoreOptions(
        hosts, value, copiesOfIt, login, tls, calls, history, nanoClock);
  }

  public OpenSearchStoreOptions withLogin(Optional<Login> value) {
    return new OpenSearchStoreOptions(hosts, index, copies, value, tls, calls, history, nanoClock);
  }

  public OpenSearchStoreOptions withTls(@Nullable SSLContext value) {
    return new OpenSearchStoreOptions(
        hosts, index, copies, login, value, calls, history, nanoClock);
  }

  public OpenSearchStoreOptions withTimeouts(Duration call, Duration attempt) {
    Calls other = new Calls(call, attempt, calls.poll());
    return new OpenSearchStoreOptions(hosts, index, copies, login, tls, other, history, nanoClock);
  }

  public OpenSearchStoreOptions withHistory(int eventsMax) {
    History other = new History(eventsMax, history.bytesMax());
    return new OpenSearchStoreOptions(hosts, index, copies, login, tls, calls, other, nanoClock);
  }
}
