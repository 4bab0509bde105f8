package dev.drover.app.config;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `drover.yaml` says, with defaults filled in and checked.
///
/// @param file where it was read
/// @param defaultHome where keys go that are under no scope
/// @param homeGoneAfter what has not answered for so long is gone, and a scope's fallback takes
///   over
public record Config(
    Path file,
    Server server,
    Store store,
    List<Home> homes,
    List<Scope> scopes,
    HomeId defaultHome,
    List<Gateway> gateways,
    LeaseOptions leases,
    Moves moves,
    Duration homeGoneAfter) {
  public Config {
    homes = List.copyOf(homes);
    scopes = List.copyOf(scopes);
    gateways = List.copyOf(gateways);
  }

  /// The server process.
  ///
  /// @param listen of the API
  /// @param store where gateways reach the embedded store
  /// @param data where the embedded store is, and what the server needs beside it
  /// @param hosts further names that clients of the API call the server by
  /// @param token what clients of the API show
  /// @param gatewayToken what gateways show to the embedded store; empty if they show `token`
  /// @param storeLogBytes how much is written before the embedded store's log is replaced by a
  ///   snapshot
  /// @param abortTimeout a move that is older when it is taken over is aborted instead of resumed
  public record Server(
      String name,
      Address listen,
      Address store,
      Path data,
      List<String> hosts,
      Optional<Secret> token,
      Optional<Secret> gatewayToken,
      Optional<ServerTls> tls,
      int movesPerHome,
      long storeLogBytes,
      Duration abortTimeout) {
    public Server {
      hosts = List.copyOf(hosts);
    }

    /// What the API asks of clients, also on loopback: the token that is configured, or the one
    /// that the server has made; empty if it has made none yet.
    ///
    /// @throws IllegalArgumentException saying why it cannot be had, and what to do
    public Optional<String> apiToken(Map<String, String> environment) {
      return token.isPresent()
          ? token.map(secret -> secret.reveal(environment))
          : made(TokenFile.NAME, "server.tokenFile");
    }

    /// What gateways show to the embedded store: their own token, else the API's; the one that the
    /// server has made, if neither is configured.
    ///
    /// @throws IllegalArgumentException saying why it cannot be had, and what to do
    public Optional<String> storeToken(Map<String, String> environment) {
      Optional<Secret> configured = gatewayToken.or(() -> token);
      return configured.isPresent()
          ? configured.map(secret -> secret.reveal(environment))
          : made(TokenFile.GATEWAYS, "server.gatewayTokenFile");
    }

    private Optional<String> made(String name, String key) {
      try {
        return TokenFile.read(data, name);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "the token in %s cannot be read (%s): run this as the user of the server, or set %s"
                .formatted(data.resolve(name), e.getMessage(), key),
            e);
      }
    }
  }

  /// TLS between the server and those who talk to it. All of them need the section, but only the
  /// server its own certificate.
  ///
  /// @param certificate the server's, with its chain (PEM)
  /// @param key of the certificate, not encrypted (PEM, PKCS #8)
  /// @param caFile certificates that clients check the server's against; empty for the JDK's
  public record ServerTls(Optional<Path> certificate, Optional<Path> key, Optional<Path> caFile) {}

  /// Where the truth is kept.
  public sealed interface Store {
    /// In a file of the server's, which serves it to the gateways.
    record Embedded() implements Store {}

    /// In an etcd, which servers and gateways talk to.
    ///
    /// @param prefix what all keys in it begin with
    record Etcd(List<Address> endpoints, String prefix, Access access) implements Store {
      public Etcd {
        endpoints = List.copyOf(endpoints);
      }
    }

    /// In a single Redis server, which servers and gateways talk to.
    ///
    /// @param acceptDataLoss the operator's word that what it may lose may be lost
    record Redis(Address address, String prefix, Access access, boolean acceptDataLoss)
        implements Store {}
  }

  /// How Drover logs in to a store, and whether under TLS.
  ///
  /// @param caFile certificates that its TLS certificate is checked against; empty for the JDK's
  public record Access(
      Optional<String> user, Optional<Secret> password, boolean tls, Optional<Path> caFile) {}

  /// A place that can hold scopes.
  ///
  /// @param user the ACL user, with a password; empty for `default`
  /// @param caFile certificates that its TLS certificate is checked against; empty for the JDK's
  public record Home(
      HomeId name,
      String host,
      int port,
      Optional<String> user,
      Optional<Secret> password,
      boolean tls,
      Optional<Path> caFile,
      Optional<Fence> fence) {}

  /// Who is shut out of a scope at its old home (Redis 7.0 and later).
  public record Fence(List<String> users, List<String> writablePrefixes) {
    public Fence {
      users = List.copyOf(users);
      writablePrefixes = List.copyOf(writablePrefixes);
    }
  }

  /// All keys under a prefix.
  ///
  /// @param home where it starts; afterwards its record says where it is
  /// @param fallback where it goes if its home is lost
  public record Scope(PartitionId prefix, HomeId home, Optional<HomeId> fallback) {}

  /// A gateway process.
  ///
  /// @param data where its identity is locked
  /// @param health where it answers probes, if it does
  public record Gateway(
      GatewayId name,
      Address listen,
      GatewayMode mode,
      int loops,
      Optional<Secret> password,
      Path data,
      Optional<Address> health,
      Hold hold,
      int clients,
      Serving serving) {}

  /// How a gateway treats requests.
  ///
  /// @param homeTimeout the longest time that a home may take for an answer, or the next piece of
  ///   it
  /// @param scriptTimeout how long a script may run before it is killed
  /// @param writeCommands commands that the operator adds to the reviewed ones, in lower case
  public record Serving(
      Duration homeTimeout, Scripts scripts, Duration scriptTimeout, Set<String> writeCommands) {
    public Serving {
      writeCommands = Set.copyOf(writeCommands);
    }
  }

  /// How far the scripts of clients are trusted.
  public enum Scripts {
    CONFINED,
    TRUSTED,
    OFF
  }

  /// How much a gateway holds while a scope changes its home.
  public record Hold(Duration time, long bytes, int requests) {}

  /// What moves start with.
  ///
  /// @param budget the longest time that writers may be held
  public record Moves(Duration budget, Units.Rate rate) {}

  /// Where scopes go whose home is lost.
  public Map<PartitionId, HomeId> fallbacks() {
    Map<PartitionId, HomeId> all = new HashMap<>();
    scopes.forEach(scope -> scope.fallback().ifPresent(home -> all.put(scope.prefix(), home)));
    return all;
  }

  public Optional<Gateway> gateway(String name) {
    return gateways.stream().filter(g -> g.name().value().equals(name)).findFirst();
  }

  public List<String> gatewayNames() {
    return gateways.stream().map(g -> g.name().value()).toList();
  }
}
