package dev.drover.app.config;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `drover.yaml` says, with defaults filled in and checked.
///
/// @param file where it was read
/// @param homes of all engines
/// @param rest where an engine keeps what is in no partition, for those that keep such a thing
public record Config(
    Path file,
    Server server,
    Store store,
    List<Home> homes,
    List<Partition> partitions,
    Map<Engine, HomeId> rest,
    List<Gateway> gateways,
    Times times) {
  public Config {
    homes = List.copyOf(homes);
    partitions = List.copyOf(partitions);
    rest = Map.copyOf(rest);
    gateways = List.copyOf(gateways);
  }

  /// What server and gateways have to agree on of time, and what moves start with.
  ///
  /// @param homeGoneAfter what has not answered for so long is gone, and a partition's fallback
  ///   takes over
  public record Times(LeaseOptions leases, Moves moves, Duration homeGoneAfter) {}

  /// The server process.
  ///
  /// @param listen of the API
  /// @param store where gateways reach the embedded store
  /// @param data where the embedded store is, and what the server needs beside it
  /// @param hosts further names that clients of the API call the server by
  /// @param tokens what those who come have to show
  public record Server(
      String name,
      Address listen,
      Address store,
      Path data,
      List<String> hosts,
      Tokens tokens,
      Optional<ServerTls> tls,
      Limits limits) {
    public Server {
      hosts = List.copyOf(hosts);
    }

    /// What those who come have to show.
    ///
    /// @param api clients of the API
    /// @param gateway gateways, to the embedded store; empty if they show that of the API
    public record Tokens(Optional<Secret> api, Optional<Secret> gateway) {}

    public Optional<Secret> token() {
      return tokens.api();
    }

    public Optional<Secret> gatewayToken() {
      return tokens.gateway();
    }

    Server with(Limits other) {
      return new Server(name, listen, store, data, hosts, tokens, tls, other);
    }

    /// How much a server does.
    ///
    /// @param storeLogBytes how much is written before the embedded store's log is replaced by a
    ///   snapshot
    /// @param abortTimeout a move that is older when it is taken over is aborted instead of resumed
    public record Limits(int movesPerHome, long storeLogBytes, Duration abortTimeout) {}

    /// What the API asks of clients, also on loopback: the token that is configured, or the one
    /// that the server has made; empty if it has made none yet.
    ///
    /// @throws IllegalArgumentException saying why it cannot be had, and what to do
    public Optional<String> apiToken(Map<String, String> environment) {
      return token().isPresent()
          ? token().map(secret -> secret.reveal(environment))
          : made(TokenFile.NAME, "server.tokenFile");
    }

    /// What gateways show to the embedded store: their own token, else the API's; the one that the
    /// server has made, if neither is configured.
    ///
    /// @throws IllegalArgumentException saying why it cannot be had, and what to do
    public Optional<String> storeToken(Map<String, String> environment) {
      Optional<Secret> configured = gatewayToken().or(this::token);
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

    /// In an index of an OpenSearch cluster, which servers and gateways talk to.
    ///
    /// @param copies of the index that are asked for when it is created
    record OpenSearch(List<Address> endpoints, String index, int copies, Access access)
        implements Store {
      public OpenSearch {
        endpoints = List.copyOf(endpoints);
      }
    }

    /// In a Consul, which servers and gateways talk to.
    ///
    /// @param prefix what all keys in it begin with
    /// @param access its password is an ACL token
    record Consul(List<Address> endpoints, String prefix, Access access) implements Store {
      public Consul {
        endpoints = List.copyOf(endpoints);
      }
    }
  }

  /// How Drover logs in to a store, and whether under TLS.
  ///
  /// @param caFile certificates that its TLS certificate is checked against; empty for the JDK's
  public record Access(
      Optional<String> user, Optional<Secret> password, boolean tls, Optional<Path> caFile) {}

  /// A place that can hold an engine's partitions.
  public record Home(HomeId name, Engine engine, HomeSettings settings) {
    public String address() {
      return settings.addresses().getFirst();
    }
  }

  /// A partition.
  ///
  /// @param locator what it is called at its homes
  /// @param home where it starts; afterwards its record says where it is
  /// @param fallback where it goes if its home is lost
  public record Partition(PartitionId id, String locator, HomeId home, Optional<HomeId> fallback) {}

  /// A gateway process.
  ///
  /// @param data where its identity is locked
  /// @param health where it answers probes, if it does
  /// @param front what is its engine's own
  public record Gateway(
      GatewayId name,
      Listening listening,
      GatewayMode mode,
      Path data,
      Optional<Address> health,
      Capacity capacity,
      Engine engine,
      FrontSettings front) {
    /// Where clients connect.
    ///
    /// @param tls what it shows to them; empty if they speak plainly
    public record Listening(Address at, Optional<GatewayTls> tls) {}

    /// How much it takes.
    ///
    /// @param loops event loops; 0 for one for each processor
    /// @param clients connections of clients at once
    public record Capacity(int loops, int clients, Hold hold) {}

    public Address listen() {
      return listening.at();
    }

    Gateway with(Capacity other) {
      return new Gateway(name, listening, mode, data, health, other, engine, front);
    }
  }

  /// What a gateway shows to its clients.
  ///
  /// @param certificate with its chain (PEM)
  /// @param key of the certificate, not encrypted (PEM, PKCS #8)
  public record GatewayTls(Path certificate, Path key) {}

  /// How much a gateway holds while a partition changes its home.
  public record Hold(Duration time, long bytes, int requests) {
    @Override
    public String toString() {
      return "time %s, bytes %d, requests %d".formatted(Units.text(time), bytes, requests);
    }
  }

  /// What moves start with.
  ///
  /// @param budget the longest time that writers may be held
  public record Moves(Duration budget, Units.Rate rate) {}

  /// The same with other homes.
  public Config with(List<Home> others) {
    return new Config(file, server, store, others, partitions, rest, gateways, times);
  }

  /// Where partitions go whose home is lost.
  public Map<PartitionId, HomeId> fallbacks() {
    Map<PartitionId, HomeId> all = new HashMap<>();
    partitions.forEach(each -> each.fallback().ifPresent(home -> all.put(each.id(), home)));
    return all;
  }

  /// The engines that have homes here.
  public List<Engine> engines() {
    return homes.stream().map(Home::engine).distinct().toList();
  }

  /// The homes of one engine, in their order.
  public Map<HomeId, HomeSettings> homesOf(Engine engine) {
    Map<HomeId, HomeSettings> all = new LinkedHashMap<>();
    homes.stream()
        .filter(home -> home.engine().equals(engine))
        .forEach(home -> all.put(home.name(), home.settings()));
    return all;
  }

  /// The partitions of one engine.
  public List<Partition> partitionsOf(Engine engine) {
    return partitions.stream().filter(each -> each.id().engine().equals(engine)).toList();
  }

  /// The partition that people mean, whether it is configured or not: `ENGINE/NAME`, or a name
  /// alone where there is one engine, or where one engine's configured partition has it.
  ///
  /// @throws IllegalArgumentException if several may be meant
  public PartitionId named(String text) {
    int slash = text.indexOf('/');
    if (slash > 0
        && engines().stream().anyMatch(each -> each.name().equals(text.substring(0, slash)))) {
      return PartitionId.parse(text);
    }
    List<PartitionId> meant =
        engines().size() == 1
            ? List.of(new PartitionId(engines().getFirst(), text))
            : partitions.stream().map(Partition::id).filter(id -> id.name().equals(text)).toList();
    if (meant.size() != 1) {
      throw new IllegalArgumentException(
          "'%s' may be a partition of any of %s: write it as ENGINE/NAME"
              .formatted(text, engines()));
    }
    return meant.getFirst();
  }

  public Optional<Gateway> gateway(String name) {
    return gateways.stream().filter(g -> g.name().value().equals(name)).findFirst();
  }

  public List<String> gatewayNames() {
    return gateways.stream().map(g -> g.name().value()).toList();
  }
}
