package dev.drover.store.records;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.LeaseKind;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// The keys of everything in the store. Partition names are percent-encoded, so that no name can
/// reach another's keys.
public final class Keys {
  public static final String PARTITIONS = "partitions/";
  public static final String GATEWAYS = "gateways/";
  public static final String RECEIPTS = "receipts/";
  public static final String DRIVERS = "drivers/";
  public static final String SERVERS = "servers/";

  /// What each server can read ([FormatRecord]).
  public static final String FORMATS = "formats/";

  /// What the store is ([StoreIdentity]).
  public static final String STORE = "store/identity";

  private static final String HOMES = "store/homes";

  /// When a configuration was applied last ([ConfigurationRecord]).
  public static final String CONFIGURATION = "store/configuration";

  /// Partitions that an operator has dropped ([DroppedRecord]).
  public static final String DROPPED = "dropped/";

  /// Held by the one controller that leads.
  public static final String CONTROLLER = "controller";

  public static final String CERTIFICATES = "certificates/";
  public static final String WITNESSES = "witnesses/";
  public static final String TAKEOVERS = "takeovers/";
  public static final String KEPT = "kept/";

  /// The keys by which servers sign certificates ([SignerRecord]).
  public static final String SIGNERS = "signers/";

  private static final char ENGINE_END = ':';
  private static final String FORGOTTEN = "/forgotten";
  private static final String REQUESTS = "/requests";

  private Keys() {}

  /// The homes of an engine as a server's configuration named them last ([HomesRecord]).
  public static String homes(Engine engine) {
    return engine.equals(Engine.FIRST) ? HOMES : HOMES + "/" + engine;
  }

  public static String partition(PartitionId id) {
    return PARTITIONS + encoded(id);
  }

  /// The partition that a key under [#PARTITIONS] names.
  ///
  /// @throws IllegalArgumentException if it names none
  public static PartitionId partitionOf(String key) {
    String encoded = key.substring(PARTITIONS.length());
    int end = encoded.indexOf(ENGINE_END);
    Engine engine = end < 0 ? Engine.FIRST : new Engine(encoded.substring(0, end));
    return new PartitionId(
        engine, URLDecoder.decode(encoded.substring(end + 1), StandardCharsets.UTF_8));
  }

  public static String gateway(GatewayId id, LeaseKind kind) {
    return GATEWAYS + id + "/" + kind.name().toLowerCase(Locale.ROOT);
  }

  /// The mark of an operator that a gateway's leases were ended for it, under a lease of its own
  /// that lasts for as long as that gateway may still serve.
  public static String forgotten(GatewayId id) {
    return GATEWAYS + id + FORGOTTEN;
  }

  /// What keeps a gateway from confirming a hold ([RequestsRecord]).
  public static String requests(GatewayId id) {
    return GATEWAYS + id + REQUESTS;
  }

  /// The gateway that says so; empty if a key is another.
  public static Optional<GatewayId> requestsOf(String key) {
    return gatewayOf(key, REQUESTS);
  }

  /// The gateway that such a mark is of; empty if a key is none.
  public static Optional<GatewayId> forgottenOf(String key) {
    return gatewayOf(key, FORGOTTEN);
  }

  private static Optional<GatewayId> gatewayOf(String key, String end) {
    int length = key.length() - GATEWAYS.length() - end.length();
    return length > 0 && key.startsWith(GATEWAYS) && key.endsWith(end)
        ? Optional.of(new GatewayId(key.substring(GATEWAYS.length(), GATEWAYS.length() + length)))
        : Optional.empty();
  }

  /// The gateway that a key under [#GATEWAYS] names, and which of its leases; empty if it names
  /// neither.
  public static Optional<GatewayKey> gatewayOf(String key) {
    String[] parts = key.substring(GATEWAYS.length()).split("/", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    return switch (parts[1]) {
      case "long" -> Optional.of(new GatewayKey(new GatewayId(parts[0]), LeaseKind.LONG));
      case "short" -> Optional.of(new GatewayKey(new GatewayId(parts[0]), LeaseKind.SHORT));
      default -> Optional.empty();
    };
  }

  public static String receipts(PartitionId id) {
    return RECEIPTS + encoded(id) + "/";
  }

  public static String receipt(PartitionId partition, GatewayId gateway) {
    return receipts(partition) + gateway;
  }

  public static String dropped(PartitionId id) {
    return DROPPED + encoded(id);
  }

  public static String driver(PartitionId id) {
    return DRIVERS + encoded(id);
  }

  public static String server(String name) {
    return SERVERS + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /// What a server can read, beside its [#server].
  public static String formatOf(String serverKey) {
    return FORMATS + serverKey.substring(SERVERS.length());
  }

  public static String certificate(MoveId id) {
    return CERTIFICATES + id;
  }

  /// One process' word that a home is gone.
  ///
  /// @param witness a gateway's name or a server's; the two do not mix
  public static String witness(HomeId home, boolean gateway, String witness) {
    String kind = gateway ? "gateway" : "server";
    return WITNESSES + home + "/" + kind + "/" + URLEncoder.encode(witness, StandardCharsets.UTF_8);
  }

  public static String takeover(PartitionId id) {
    return TAKEOVERS + encoded(id);
  }

  public static String kept(MoveId id) {
    return KEPT + id;
  }

  /// A partition as a part of a key: `ENGINE:NAME`, or `NAME` for one of [Engine#FIRST]. An encoded
  /// name holds neither `:` nor `/`, so no partition's keys begin with another one's.
  public static String encoded(PartitionId id) {
    String name = URLEncoder.encode(id.name(), StandardCharsets.UTF_8);
    return id.engine().equals(Engine.FIRST) ? name : id.engine().name() + ENGINE_END + name;
  }

  /// What a key under [#GATEWAYS] names.
  public record GatewayKey(GatewayId gateway, LeaseKind kind) {}
}
