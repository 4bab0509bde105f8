package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Preflight;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.ConfigurationRecord;
import dev.drover.store.records.ForgottenRecord;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownHome;
import dev.drover.store.records.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateways as they have registered: what they are, in what their configuration differs from
/// this server's, and the operator's word that one of them is dead.
final class Gateways {
  private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

  /// The longest that a long lease can be; for a gateway that does not say how long its own is.
  private static final Duration LONG_LEASE_MAX = Duration.ofHours(24);

  private final StateStore store;
  private final Homes homes;

  Gateways(StateStore store, Homes homes) {
    this.store = store;
    this.homes = homes;
  }

  /// One gateway.
  ///
  /// @param leases those that stand
  private record Registered(GatewayRecord record, Set<LeaseKind> leases) {}

  List<Views.GatewayView> views() throws StoreException {
    long last = lastApplied();
    return registered().values().stream()
        .map(
            g ->
                new Views.GatewayView(
                    g.record().id().value(),
                    g.record().engine().name(),
                    g.record().mode().name(),
                    ApiJson.said(g.record().address()),
                    ApiJson.said(g.record().process()),
                    g.leases().contains(LeaseKind.LONG),
                    g.leases().contains(LeaseKind.SHORT),
                    differences(g.record().engine(), g.record().identity(), last)))
        .toList();
  }

  /// A line for each gateway whose configuration differs from this server's.
  static List<String> problems(List<Views.GatewayView> gateways) {
    return gateways.stream()
        .filter(gateway -> !gateway.differs().isEmpty())
        .map(
            gateway ->
                "gateway %s: %s. Moves to a home that it does not know are refused; give the gateway the server's configuration, and run 'drover apply'"
                    .formatted(gateway.id(), String.join("; ", gateway.differs())))
        .toList();
  }

  /// How many differ; empty if the store does not say.
  OptionalInt differing() {
    try {
      return OptionalInt.of(problems(views()).size());
    } catch (StoreException e) {
      return OptionalInt.empty();
    }
  }

  /// What speaks against a move to a home: live gateways whose clients would be refused there.
  List<Preflight.Finding> unaware(Engine engine, HomeId target) throws StoreException {
    List<Preflight.Finding> findings = new ArrayList<>();
    String address = digest(target).orElse("");
    for (Registered each : registered().values()) {
      if (!each.record().engine().equals(engine)) {
        continue;
      }
      GatewayIdentity identity = each.record().identity();
      Optional<KnownHome> known =
          identity.homes().stream().filter(home -> home.home().equals(target)).findFirst();
      if (known.isEmpty()) {
        findings.add(
            new Preflight.Finding(
                Preflight.Severity.REFUSAL,
                "target-known",
                "the configuration of gateway %s does not name home '%s': after the move its clients would be refused. Add the home to its configuration and run 'drover apply', or stop it"
                    .formatted(each.record().id(), target)));
      } else if (!known.get().address().equals(address)) {
        findings.add(
            new Preflight.Finding(
                Preflight.Severity.WARNING,
                "target-address",
                "gateway %s reaches home '%s' at another address than this server, and has not seen that both lead to the same server. If they do not, its clients will write elsewhere"
                    .formatted(each.record().id(), target)));
      }
    }
    return findings;
  }

  /// The operator's word that a gateway is dead, so that no move waits for it.
  ///
  /// @param force also while its leases stand: they are ended, and certificates do not hold for as
  ///   long as it may still serve
  /// @return for how long that is
  /// @throws ControlException if there is none, or its leases stand and nobody forces it
  Duration forget(GatewayId id, boolean force, long wallMillis)
      throws StoreException, ControlException {
    List<Entry> entries =
        store.list(Keys.GATEWAYS + id + "/").entries().stream()
            .filter(entry -> Keys.gatewayOf(entry.key()).isPresent())
            .toList();
    if (entries.isEmpty()) {
      throw new ControlException(
          Kind.NOT_FOUND,
          "no gateway '"
              + id
              + "' is registered: either there is none, or its leases have ended, and no move waits for it");
    }
    Optional<GatewayRecord> record = record(entries.getFirst());
    Duration serves =
        record
            .map(r -> r.identity().longLeaseMillis())
            .filter(millis -> millis > 0)
            .map(Duration::ofMillis)
            .orElse(LONG_LEASE_MAX);
    if (!force) {
      throw new ControlException(
          Kind.CONFLICT,
          "gateway '%s'%s holds a lease, so it may be alive and may acknowledge writes. Nothing was changed. Stop its process: its leases end at once, or after at most %d s if it was killed, and moves go on then. If it is cut off or frozen and cannot be stopped, --force ends its leases: writes that it acknowledges before it notices may be lost in a move, and certificates say so"
              .formatted(
                  id,
                  record.map(r -> " (process " + r.process() + ")").orElse(""),
                  serves.toSeconds()));
    }
    end(id, record, entries, serves, wallMillis);
    return serves;
  }

  /// The mark first: whoever sees that the leases have ended sees why.
  private void end(
      GatewayId id,
      Optional<GatewayRecord> record,
      List<Entry> entries,
      Duration serves,
      long wallMillis)
      throws StoreException {
    String process = record.map(GatewayRecord::process).orElse("");
    Set<LeaseId> leases =
        entries.stream()
            .map(Entry::lease)
            .filter(lease -> lease != null)
            .collect(Collectors.toSet());
    ForgottenRecord mark =
        new ForgottenRecord(
            id,
            process,
            leases.stream().map(LeaseId::value).sorted().toList(),
            wallMillis,
            record.map(GatewayRecord::engine));
    LeaseId lasts = store.lease(serves);
    store.put(Keys.forgotten(id), Records.encode(mark), StateStore.ANY, lasts);
    for (LeaseId lease : leases) {
      store.revoke(lease);
    }
    for (Entry entry : entries) {
      store.delete(entry.key(), entry.version());
    }
    LOG.warn(
        "an operator has ended the leases of gateway '{}' ({}); certificates of moves in the next {} s do not hold for it",
        id,
        process,
        serves.toSeconds());
  }

  private Map<GatewayId, Registered> registered() throws StoreException {
    Map<GatewayId, Registered> all = new TreeMap<>();
    for (Entry entry : store.list(Keys.GATEWAYS).entries()) {
      Optional<Keys.GatewayKey> key = Keys.gatewayOf(entry.key());
      if (key.isEmpty()) {
        continue;
      }
      GatewayRecord record = Records.decode(entry.key(), entry.value(), GatewayRecord.class);
      Registered before = all.get(key.get().gateway());
      Set<LeaseKind> leases = new TreeSet<>(before == null ? Set.of() : before.leases());
      leases.add(key.get().kind());
      all.put(key.get().gateway(), new Registered(record, leases));
    }
    return all;
  }

  private static Optional<GatewayRecord> record(Entry entry) {
    try {
      return Optional.of(Records.decode(entry.key(), entry.value(), GatewayRecord.class));
    } catch (StoreException.Corrupt e) {
      LOG.warn("{}", e.getMessage());
      return Optional.empty();
    }
  }

  /// What a gateway that says so has not done with the configuration that was applied last.
  private static Optional<String> applied(GatewayIdentity identity, long last) {
    return identity
        .applied()
        .flatMap(
            applied ->
                applied.number() < last
                    ? Optional.of("it has not taken the configuration that was applied last")
                    : Optional.of(applied.problem()).filter(why -> !why.isEmpty()));
  }

  /// The number of the configuration that was applied last; 0 if none was.
  long lastApplied() throws StoreException {
    Optional<Entry> entry = store.get(Keys.CONFIGURATION);
    return entry.isEmpty()
        ? 0
        : Records.decode(Keys.CONFIGURATION, entry.get().value(), ConfigurationRecord.class)
            .number();
  }

  /// Gateways that say what they apply, and have not answered to what was applied last.
  Set<GatewayId> unanswered() throws StoreException {
    long last = lastApplied();
    return registered().values().stream()
        .filter(
            each -> each.record().identity().applied().filter(a -> a.number() < last).isPresent())
        .map(each -> each.record().id())
        .collect(Collectors.toSet());
  }

  private List<String> differences(Engine engine, GatewayIdentity identity, long last) {
    List<String> all = new ArrayList<>();
    applied(identity, last).ifPresent(all::add);
    if (identity.equals(GatewayIdentity.UNSAID)) {
      return List.of("it does not say which homes it knows, as older versions do");
    }
    Set<HomeId> known = identity.homeIds();
    for (Homes.Home home : homes.all()) {
      if (home.engine().equals(engine) && !known.contains(home.id())) {
        all.add("it does not know home '" + home.id() + "'");
      }
    }
    for (KnownHome home : identity.homes()) {
      Optional<String> here = digest(home.home());
      if (here.isEmpty()) {
        all.add("it knows a home '" + home.home() + "', which this server does not know");
      } else if (!here.get().equals(home.address())) {
        all.add("it reaches home '" + home.home() + "' at another address than this server");
      }
    }
    if (!identity.configuration().equals(homes.configuration(engine))) {
      all.add("its default home, fallbacks or leases are not the server's");
    }
    return all;
  }

  private Optional<String> digest(HomeId id) {
    return homes.find(id).map(home -> KnownHome.digest(home.address()));
  }
}
