package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.engine.Trust;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Secret;
import dev.drover.store.Guarantees;
import dev.drover.store.StateStore;
import dev.drover.store.consul.ConsulStore;
import dev.drover.store.consul.ConsulStoreOptions;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.etcd.EtcdStore;
import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.opensearch.OpenSearchStore;
import dev.drover.store.opensearch.OpenSearchStoreOptions;
import dev.drover.store.redis.RedisStore;
import dev.drover.store.redis.RedisStoreOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stores that other people run, as the configuration names them.
final class Stores {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  private Stores() {}

  /// Begins to connect, and does not wait for it.
  ///
  /// @throws StartException if its password or certificates cannot be had, or if it would lose what
  ///   nobody has said may be lost
  static StateStore connect(Config.Store.Etcd etcd, Map<String, String> environment)
      throws StartException {
    Optional<EtcdOptions.Login> login =
        password(etcd.access(), environment)
            .map(text -> new EtcdOptions.Login(etcd.access().user().orElse("root"), text));
    EtcdOptions options =
        EtcdOptions.defaults(
                etcd.endpoints().stream()
                    .map(each -> new EtcdOptions.Endpoint(each.host(), each.port()))
                    .toList())
            .withPrefix(etcd.prefix())
            .withLogin(login);
    return EtcdStore.connect(etcd.access().tls() ? options.withTls(tls(etcd.access())) : options);
  }

  /// As the other.
  static StateStore connect(Config.Store.Redis redis, Map<String, String> environment)
      throws StartException {
    if (!redis.acceptDataLoss()) {
      throw new StartException(
          "the store is a single Redis server (%s), which may lose writes that it has acknowledged: "
                  .formatted(redis.address())
              + "up to a second of them in a crash of its machine, more without an append-only file"
              + " or in a failover. Lost would be who owns which scope, and clients could be sent"
              + " to a home that a scope has left. Use the embedded store or etcd, or set"
              + " store.acceptDataLoss: true",
          null);
    }
    Config.Access access = redis.access();
    return RedisStore.connect(
        RedisStoreOptions.defaults(redis.address().host(), redis.address().port())
            .withPrefix(redis.prefix())
            .withLogin(
                access.user(), password(access, environment).map(RedisStoreOptions.Password::new))
            .withTls(access.tls(), access.caFile()));
  }

  /// As the others.
  static StateStore connect(Config.Store.OpenSearch search, Map<String, String> environment)
      throws StartException {
    Config.Access access = search.access();
    Optional<OpenSearchStoreOptions.Login> login =
        password(access, environment)
            .map(text -> new OpenSearchStoreOptions.Login(access.user().orElse("admin"), text));
    return OpenSearchStore.connect(
        OpenSearchStoreOptions.defaults(hosts(search.endpoints()))
            .withIndex(search.index(), search.copies())
            .withLogin(login)
            .withTls(access.tls() ? tls(access) : null));
  }

  /// As the others.
  static StateStore connect(Config.Store.Consul consul, Map<String, String> environment)
      throws StartException {
    Config.Access access = consul.access();
    return ConsulStore.connect(
        ConsulStoreOptions.defaults(hosts(consul.endpoints()))
            .withPrefix(consul.prefix())
            .withToken(password(access, environment).map(ConsulStoreOptions.Token::new))
            .withTls(access.tls() ? tls(access) : null));
  }

  private static List<Host> hosts(List<Address> addresses) {
    return addresses.stream().map(each -> new Host(each.host(), each.port())).toList();
  }

  private static String joined(List<Address> addresses) {
    return addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
  }

  /// For people: where it is.
  static String address(Config.Store store, Address embedded) {
    return switch (store) {
      case Config.Store.Embedded _ -> embedded.toString();
      case Config.Store.Etcd etcd -> "etcd at " + joined(etcd.endpoints());
      case Config.Store.Redis redis -> "Redis at " + redis.address();
      case Config.Store.OpenSearch search ->
          "index %s of OpenSearch at %s".formatted(search.index(), joined(search.endpoints()));
      case Config.Store.Consul consul -> "Consul at " + joined(consul.endpoints());
    };
  }

  /// Says what the store does not promise.
  static void tellCaveat(StateStore store) {
    Guarantees promised = store.guarantees();
    if (!promised.caveat().isEmpty()) {
      LOG.warn("the store ({}): {}", promised.name(), promised.caveat());
    }
  }

  private static Optional<String> password(Config.Access access, Map<String, String> environment)
      throws StartException {
    try {
      Optional<Secret> password = access.password();
      return password.map(secret -> secret.reveal(environment));
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured("store: " + e.getMessage(), e);
    }
  }

  private static SSLContext tls(Config.Access access) throws StartException {
    try {
      return Trust.in(access.caFile());
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured("store.caFile: " + e.getMessage(), e);
    }
  }
}
