package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.engine.Trust;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Secret;
import dev.drover.store.Guarantees;
import dev.drover.store.StateStore;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.etcd.EtcdStore;
import dev.drover.store.redis.RedisStore;
import dev.drover.store.redis.RedisStoreOptions;
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

  /// For people: where it is.
  static String address(Config.Store store, Address embedded) {
    return switch (store) {
      case Config.Store.Embedded _ -> embedded.toString();
      case Config.Store.Etcd etcd ->
          "etcd at "
              + etcd.endpoints().stream().map(Address::toString).collect(Collectors.joining(", "));
      case Config.Store.Redis redis -> "Redis at " + redis.address();
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
