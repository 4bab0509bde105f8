package dev.drover.app.config;

import dev.drover.engine.config.Address;
import dev.drover.engine.config.Likeness;
import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Section;
import dev.drover.store.consul.ConsulStoreOptions;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.opensearch.OpenSearchStoreOptions;
import dev.drover.store.redis.RedisStoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where the truth is kept (`store`).
final class StoreReader {
  private static final List<String> KINDS =
      List.of("embedded", "etcd", "redis", "opensearch", "consul");

  private static final Pattern INDEX = Pattern.compile("[a-z0-9][a-z0-9._-]{0,199}");

  private final Section section;

  private StoreReader(Section section) {
    this.section = section;
  }

  static Config.Store read(Section section) {
    return new StoreReader(section).store();
  }

  private Config.Store store() {
    Optional<String> kind = section.value("kind", StoreReader::kind);
    if (kind.isEmpty() && section.has("kind")) {
      return ignored();
    }
    Config.Store store =
        switch (kind.orElse("embedded")) {
          case "etcd" -> etcd();
          case "redis" -> redis();
          case "opensearch" -> openSearch();
          case "consul" -> consul();
          default -> new Config.Store.Embedded();
        };
    section.done();
    return store;
  }

  /// What belongs to a kind that nobody knows is not looked at.
  private static Config.Store ignored() {
    return new Config.Store.Embedded();
  }

  private static String kind(String text) {
    if (KINDS.contains(text)) {
      return text;
    }
    String hint =
        Likeness.nearest(text, KINDS)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("it is one of " + String.join(", ", KINDS));
    throw new IllegalArgumentException("there is no store '" + text + "'; " + hint);
  }

  private Config.Store etcd() {
    List<Address> endpoints =
        endpoints("member of the etcd, as host:port (its clients' port, often 2379)");
    return new Config.Store.Etcd(endpoints, prefix(EtcdOptions.PREFIX), access());
  }

  private List<Address> endpoints(String what) {
    List<Address> endpoints = new ArrayList<>();
    for (String text : section.texts("endpoints")) {
      address(text, "endpoints").ifPresent(endpoints::add);
    }
    if (section.texts("endpoints").isEmpty()) {
      section.fault(
          section.line("endpoints"), "'store.endpoints' is empty: name at least one " + what);
    }
    return endpoints;
  }

  private Config.Store openSearch() {
    List<Address> endpoints =
        endpoints("node of the cluster, as host:port (its HTTP port, often 9200)");
    String index = section.value("index", StoreReader::index).orElse(OpenSearchStoreOptions.INDEX);
    int copies = section.number("copies", 1, 1, OpenSearchStoreOptions.COPIES_MAX);
    return new Config.Store.OpenSearch(endpoints, index, copies, access());
  }

  private static String index(String text) {
    if (INDEX.matcher(text).matches()) {
      return text;
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' cannot be an index: take small letters, digits, '-', '_' and '.', 1 to 200");
  }

  private Config.Store consul() {
    List<Address> endpoints =
        endpoints("agent of the Consul, as host:port (its HTTP port, often 8500)");
    Optional<Secret> token = section.secret("token", true);
    return new Config.Store.Consul(
        endpoints, prefix(ConsulStoreOptions.PREFIX), access(Optional.empty(), token));
  }

  private Config.Store redis() {
    Address address =
        section.required("address", Address::parse).orElse(new Address("127.0.0.1", 6379));
    return new Config.Store.Redis(
        address, prefix(RedisStoreOptions.PREFIX), access(), section.flag("acceptDataLoss"));
  }

  private Optional<Address> address(String text, String key) {
    try {
      return Optional.of(Address.parse(text));
    } catch (IllegalArgumentException e) {
      section.fault(section.line(key), "'" + section.named(key) + "': " + e.getMessage());
      return Optional.empty();
    }
  }

  private String prefix(String otherwise) {
    return section.text("prefix").orElse(otherwise);
  }

  private Config.Access access() {
    Optional<String> user = section.text("user");
    Optional<Secret> password = section.secret("password", true);
    if (user.isPresent() && password.isEmpty()) {
      section.fault(section.line("user"), "'store.user' needs a password");
    }
    return access(user, password);
  }

  private Config.Access access(Optional<String> user, Optional<Secret> password) {
    boolean tls = section.flag("tls");
    Optional<Path> caFile = section.readable("caFile");
    if (caFile.isPresent() && !tls) {
      section.fault(section.line("caFile"), "'store.caFile' has no use without tls: true");
    }
    return new Config.Access(user, password, tls, caFile);
  }
}
