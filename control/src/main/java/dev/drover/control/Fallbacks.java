package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Preflight;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.TakeoverRecord;
import dev.drover.store.records.WitnessRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a partition's fallback take over when its home is lost: that is, when a server and more than
/// half of the gateways say so. The takeover itself is a move like any other, only that nothing can
/// be copied.
final class Fallbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Fallbacks.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ControllerOptions options;
  private final StateStore store;
  private final Catalog catalog;
  private final Homes homes;
  private final Map<PartitionId, Long> triedAtNanos = new HashMap<>();
  private volatile Map<HomeId, Lost> lost = Map.of();

  /// A home that is lost, by so many words.
  record Lost(HomeId home, List<WitnessRecord> witnesses) {
    Lost {
      witnesses = List.copyOf(witnesses);
    }

    List<String> names() {
      return witnesses.stream().map(Fallbacks::name).toList();
    }

    String problem() {
      return witnesses.getFirst().problem();
    }

    String lastSeen() {
      return witnesses.stream()
          .map(WitnessRecord::lastSeen)
          .filter(words -> !words.isEmpty())
          .findFirst()
          .orElse("nothing is known of what it held");
    }
  }

  /// Begins a takeover.
  interface Submit {
    MoveId submit(MoveBody body) throws ControlException, StoreException;
  }

  Fallbacks(ControllerOptions options, StateStore store, Catalog catalog, Homes homes) {
    this.homes = homes;
    this.options = options;
    this.store = store;
    this.catalog = catalog;
  }

  /// Homes that are lost, as of the last round.
  Map<HomeId, Lost> lost() {
    return lost;
  }

  Optional<HomeId> of(PartitionId id) {
    return Optional.ofNullable(options.fallbacks().get(id));
  }

  /// Whether a partition is where its fallback is.
  boolean atFallback(Partition partition) {
    return of(partition.id()).filter(partition.ownership().reads().home()::equals).isPresent();
  }

  /// The partitions that are where their fallback is.
  Stream<PartitionId> atFallback() {
    return withFallback().filter(this::atFallback).map(Partition::id);
  }

  /// As many look-ups as there are fallbacks, however many partitions there are.
  private Stream<Partition> withFallback() {
    return options.fallbacks().keySet().stream()
        .map(catalog::find)
        .flatMap(Optional::stream)
        .map(Catalog.Known::partition);
  }

  /// Reads what is said of the homes.
  void look() throws StoreException {
    if (options.fallbacks().isEmpty()) {
      return;
    }
    Map<HomeId, List<WitnessRecord>> words = words();
    Map<HomeId, Lost> found = new HashMap<>();
    if (!words.isEmpty()) {
      Map<GatewayId, Engine> gateways = gateways();
      words.forEach(
          (home, said) -> {
            if (homes.find(home).filter(h -> agreed(said, gateways, h.engine())).isPresent()) {
              found.put(home, new Lost(home, said));
            }
          });
    }
    lost = Map.copyOf(found);
  }

  /// Begins the takeovers that are due.
  void takeOver(Submit submit) {
    if (!lost.isEmpty()) {
      withFallback().forEach(partition -> takeOverIfLost(partition, submit));
    }
  }

  /// Who does not reach the home to which a move goes: its clients would be refused there. The
  /// fallback of a lost home is better than nothing also if not all reach it.
  List<Preflight.Finding> unreached(MoveRequest request) throws StoreException {
    if (options.fallbacks().isEmpty()) {
      return List.of();
    }
    return words().getOrDefault(request.to(), List.of()).stream()
        .map(
            word ->
                new Preflight.Finding(
                    request.options().takeover()
                        ? Preflight.Severity.WARNING
                        : Preflight.Severity.REFUSAL,
                    "target-reached",
                    "%s does not reach home '%s' (%s); move when it does"
                        .formatted(name(word), word.home(), word.problem())))
        .toList();
  }

  private static String name(WitnessRecord word) {
    return (word.gateway() ? "gateway " : "server ") + word.witness();
  }

  private Map<HomeId, List<WitnessRecord>> words() throws StoreException {
    Map<HomeId, List<WitnessRecord>> words = new HashMap<>();
    for (Entry entry : store.list(Keys.WITNESSES).entries()) {
      WitnessRecord word = Records.decode(entry.key(), entry.value(), WitnessRecord.class);
      words.computeIfAbsent(word.home(), _ -> new ArrayList<>()).add(word);
    }
    return words;
  }

  /// The gateways whose short lease stands, and the engine that each serves.
  private Map<GatewayId, Engine> gateways() throws StoreException {
    Map<GatewayId, Engine> all = new HashMap<>();
    for (Entry entry : store.list(Keys.GATEWAYS).entries()) {
      Optional<Keys.GatewayKey> key = Keys.gatewayOf(entry.key());
      if (key.filter(k -> k.kind() == LeaseKind.SHORT).isPresent()) {
        GatewayRecord record = Records.decode(entry.key(), entry.value(), GatewayRecord.class);
        all.put(key.get().gateway(), record.engine());
      }
    }
    return all;
  }

  /// A server has to say so, which would have to reach the home to make the takeover good, and more
  /// than half of the gateways of its engine, which a home may be cut off from one by one. Those of
  /// other engines know nothing of it.
  static boolean agreed(List<WitnessRecord> said, Map<GatewayId, Engine> gateways, Engine engine) {
    Set<String> asked =
        gateways.entrySet().stream()
            .filter(each -> each.getValue().equals(engine))
            .map(each -> each.getKey().value())
            .collect(Collectors.toSet());
    long byGateways =
        said.stream().filter(word -> word.gateway() && asked.contains(word.witness())).count();
    boolean byServer = said.stream().anyMatch(word -> !word.gateway());
    return byServer && byGateways > 0 && 2 * byGateways > asked.size();
  }

  private void takeOverIfLost(Partition partition, Submit submit) {
    HomeId fallback = of(partition.id()).orElseThrow();
    if (!(partition.ownership() instanceof Ownership.Active(var at))
        || at.home().equals(fallback)) {
      return;
    }
    Lost found = lost.get(at.home());
    long now = options.clocks().nanos();
    Long tried = triedAtNanos.get(partition.id());
    if (found == null || (tried != null && now - tried < RETRY_NANOS)) {
      return;
    }
    triedAtNanos.put(partition.id(), now);
    // Looking at a home that hangs takes a while, and rounds must go on.
    Thread.ofVirtual()
        .name("takeover of " + partition.id())
        .start(() -> takeOver(partition, at.home(), fallback, found, submit));
  }

  private void takeOver(
      Partition partition, HomeId home, HomeId fallback, Lost found, Submit submit) {
    try {
      MoveId move = submit.submit(MoveBody.takeover(partition.id(), fallback));
      note(partition, move, found, fallback);
      LOG.error(
          "home '{}' is lost ({}; said by {}): fallback '{}' takes '{}' over. When last seen, '{}'"
              + " had {}",
          home,
          found.problem(),
          found.names(),
          fallback,
          partition.id(),
          home,
          found.lastSeen());
    } catch (ControlException | StoreException e) {
      LOG.warn(
          "home '{}' is lost, but fallback '{}' cannot take '{}' over: {}",
          home,
          fallback,
          partition.id(),
          e.getMessage());
    }
  }

  private void note(Partition partition, MoveId move, Lost found, HomeId fallback)
      throws StoreException {
    TakeoverRecord record =
        new TakeoverRecord(
            move,
            partition.id(),
            found.home(),
            fallback,
            options.clocks().wallMillis(),
            found.names(),
            found.lastSeen(),
            "");
    store.put(Keys.takeover(partition.id()), Records.encode(record), StateStore.ANY, null);
  }

  /// What a lost home held when it was there again is written down.
  void found(PartitionId partition, String what) throws StoreException {
    Optional<Entry> last = store.get(Keys.takeover(partition));
    if (last.isPresent()) {
      byte[] before = last.get().value();
      TakeoverRecord takeover = Records.decode(last.get().key(), before, TakeoverRecord.class);
      store.put(
          last.get().key(), Records.encodeOver(before, takeover.found(what)), StateStore.ANY, null);
    }
  }

  Optional<TakeoverRecord> last(PartitionId partition) throws StoreException {
    Optional<Entry> entry = store.get(Keys.takeover(partition));
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(entry.get().key(), entry.get().value(), TakeoverRecord.class));
  }

  /// What people have to know, a line each.
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (Lost each : lost.values()) {
      List<String> without =
          catalog.all().stream()
              .map(Catalog.Known::partition)
              .filter(p -> p.ownership().reads().home().equals(each.home()))
              .filter(p -> of(p.id()).filter(f -> !f.equals(each.home())).isEmpty())
              .map(p -> "'" + p.id() + "'")
              .toList();
      problems.add(
          "home '%s' is lost: %s (said by %s)%s"
              .formatted(
                  each.home(),
                  each.problem(),
                  String.join(", ", each.names()),
                  without.isEmpty()
                      ? ""
                      : "; %s %s no fallback and cannot be served until it is back"
                          .formatted(
                              String.join(", ", without), without.size() == 1 ? "has" : "have")));
    }
    return problems;
  }
}
