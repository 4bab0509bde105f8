package dev.drover.bench;

import dev.drover.bench.Recorded.Told;
import dev.drover.core.GatewayId;
import dev.drover.core.PartitionId;
import dev.drover.store.records.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Where the time of holds went: for each hold one line of legs without gaps, from the driver's
/// decision to close until the last gateway has let the held requests go on. Where several gateways
/// do the same, the one counts that was last. All processes are on one machine and read one clock.
final class HoldTrace {
  /// What a hold waits for in a leg.
  enum Kind {
    STORE("writes of the store, with their syncs"),
    WATCH("records on their way to the gateways"),
    GATEWAY("gateways: close, end what is under way, open"),
    RECEIPT("receipts on their way to the driver"),
    MOVER("the last tail"),
    WAKE("threads of the server that wake up"),
    DRIVER("the driver decides, lists gateways, waits for the certificate");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private record Leg(Kind kind, String name) {}

  private final PartitionId partition;
  private final Recorded server;
  private final Map<String, Recorded> gateways;
  private final Map<Leg, Samples> legs = new LinkedHashMap<>();
  private final Map<Kind, Samples> kinds = new LinkedHashMap<>();
  private final Samples whole = new Samples();
  private int unread;

  /// @param gateways what each has recorded, by its name
  /// @param moves the last ones that count; what came before was for warming up
  HoldTrace(PartitionId partition, Recorded server, Map<String, Recorded> gateways, int moves) {
    this.partition = partition;
    this.server = server;
    this.gateways = Map.copyOf(gateways);
    // What is paid of a debt is written too, in the same epoch.
    Map<Long, Told> ends = new LinkedHashMap<>();
    server
        .all(leg -> leg.is("write Active", partition.toString()))
        .forEach(end -> ends.putIfAbsent(end.epoch(), end));
    List<Told> completed = ends.values().stream().filter(end -> commit(end).isPresent()).toList();
    completed.stream().skip(Math.max(0, completed.size() - moves)).forEach(this::add);
  }

  private Optional<Told> commit(Told end) {
    return write("Opening", end.epoch() - 1);
  }

  private Optional<Told> write(String state, long epoch) {
    return first(server, mine("write " + state, epoch));
  }

  /// Processes also rehearse moves of another partition.
  private Predicate<Told> mine(String what, long epoch) {
    return leg -> leg.is(what, partition.toString()) && leg.epoch() == epoch;
  }

  private void add(Told active) {
    Optional<Line> line =
        write("Cutover", active.epoch() - 2)
            .flatMap(cutover -> commit(active).flatMap(opening -> line(cutover, opening, active)));
    if (line.isEmpty()) {
      unread++;
      return;
    }
    Map<Kind, Long> sums = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      sums.put(kind, 0L);
    }
    line.get()
        .nanos
        .forEach(
            (leg, nanos) -> {
              legs.computeIfAbsent(leg, _ -> new Samples()).add(nanos / 1e6);
              sums.merge(leg.kind(), nanos, Long::sum);
            });
    sums.forEach((kind, nanos) -> kinds.computeIfAbsent(kind, _ -> new Samples()).add(nanos / 1e6));
    whole.add((line.get().at - line.get().began) / 1e6);
  }

  /// @return empty if something of it was not recorded
  private Optional<Line> line(Told cutover, Told opening, Told active) {
    Line line = new Line(cutover.from());
    if (!closing(line, cutover) || !settling(line, opening) || !closing(line, opening)) {
      return Optional.empty();
    }
    certified(line, active);
    return opened(line, active) ? Optional.of(line) : Optional.empty();
  }

  /// From a write of the record until its last receipt is told to the driver.
  private boolean closing(Line line, Told write) {
    String state = write.what().substring("write ".length());
    written(line, state, write);
    Gate last = null;
    for (Map.Entry<String, Recorded> each : gateways.entrySet()) {
      Optional<Gate> gate = gate(each.getKey(), each.getValue(), write.epoch());
      if (gate.isEmpty()) {
        return false;
      }
      if (last == null || gate.get().told() > last.told()) {
        last = gate.get();
      }
    }
    if (last == null) {
      return false;
    }
    line.until(Kind.WATCH, state + ": reaches the last gateway", last.heard());
    line.until(Kind.GATEWAY, state + ": is applied, no pass is out", last.sent());
    line.until(Kind.RECEIPT, state + ": receipt reaches the server", last.arrived());
    line.until(Kind.RECEIPT, state + ": receipt is stored and told", last.told());
    return true;
  }

  /// The way of one record through one gateway.
  private record Gate(long heard, long sent, long arrived, long told) {}

  private Optional<Gate> gate(String name, Recorded gateway, long epoch) {
    String key = Keys.receipt(partition, new GatewayId(name));
    Optional<Told> applied = first(gateway, mine("record is applied", epoch));
    Optional<Told> sent = first(gateway, mine("receipt is sent", epoch));
    if (applied.isEmpty() || sent.isEmpty()) {
      return Optional.empty();
    }
    long after = sent.get().from();
    Optional<Told> put =
        first(server, leg -> leg.is("put of a gateway", key) && leg.from() >= after);
    return put.flatMap(
        arrived ->
            first(server, leg -> leg.is("receipt is told", key) && leg.to() >= arrived.from())
                .map(told -> new Gate(applied.get().from(), after, arrived.from(), told.to())));
  }

  private static Optional<Told> first(Recorded process, Predicate<Told> which) {
    return process.all(which).stream().findFirst();
  }

  private void written(Line line, String state, Told write) {
    line.until(Kind.DRIVER, state + ": the driver decides", write.from());
    server.all(leg -> leg.what().equals("sync")).stream()
        .filter(sync -> sync.to() >= write.from() && sync.to() <= write.to())
        .max(Comparator.comparingLong(Told::to))
        .ifPresent(
            sync -> {
              line.until(Kind.STORE, state + ": is encoded and decided", sync.from());
              line.until(Kind.STORE, state + ": is synced", sync.to());
            });
  }

  private boolean settling(Line line, Told opening) {
    Optional<Told> woken =
        first(server, leg -> leg.is("mover wakes up", "SETTLE") && leg.to() >= line.at);
    Optional<Told> settled = first(server, leg -> leg.is("mover", "SETTLE") && leg.to() >= line.at);
    if (woken.isEmpty() || settled.isEmpty()) {
      return false;
    }
    long asked = woken.get().from();
    line.until(Kind.WAKE, "Cutover: the driver wakes up", woke("FleetSeen", line.at, asked));
    line.until(Kind.DRIVER, "tail: the driver decides", asked);
    line.until(Kind.WAKE, "tail: the mover wakes up", woken.get().to());
    OptionalLong sentinel = server.firstEnd(line.at, leg -> leg.what().equals("sentinel"));
    OptionalLong tail =
        server.firstEnd(line.at, leg -> leg.what().equals("tail is brought over and compared"));
    line.until(Kind.MOVER, "tail: the sentinel comes", sentinel.orElse(line.at));
    line.until(Kind.MOVER, "tail: is brought over and compared", tail.orElse(line.at));
    line.until(Kind.MOVER, "tail: the target's answers", settled.get().to());
    line.until(
        Kind.WAKE, "tail: the driver wakes up", woke("SettleEnded", line.at, opening.from()));
    return true;
  }

  private void certified(Line line, Told active) {
    long next = active.from();
    line.until(Kind.WAKE, "Opening: the driver wakes up", woke("FleetSeen", line.at, next));
    line.until(Kind.DRIVER, "Opening: waits for the certificate", woke("Certified", line.at, next));
  }

  /// When the driver takes an event that is posted by now, or what comes of it if that is sooner.
  private long woke(String event, long at, long noLater) {
    return Math.min(
        noLater, server.firstEnd(at, leg -> leg.is("driver wakes up", event)).orElse(noLater));
  }

  private boolean opened(Line line, Told active) {
    written(line, "Active", active);
    long heard = 0;
    long released = 0;
    for (Recorded gateway : gateways.values()) {
      List<Told> applied = gateway.all(mine("record is applied", active.epoch()));
      List<Told> loops = gateway.all(mine("held requests go on", active.epoch()));
      if (applied.isEmpty() || loops.isEmpty()) {
        return false;
      }
      heard = Math.max(heard, applied.getFirst().from());
      // One that has joined anew since is told of its routes again, in the same epoch.
      long told = loops.stream().mapToLong(Told::from).min().orElseThrow();
      released =
          Math.max(
              released,
              loops.stream()
                  .filter(loop -> loop.from() == told)
                  .mapToLong(Told::to)
                  .max()
                  .orElseThrow());
    }
    line.until(Kind.WATCH, "Active: reaches the last gateway", heard);
    line.until(Kind.GATEWAY, "Active: the last loop lets requests go on", released);
    return true;
  }

  /// A hold, leg after leg.
  private static final class Line {
    private final long began;
    private final Map<Leg, Long> nanos = new LinkedHashMap<>();
    private long at;

    Line(long began) {
      this.began = began;
      this.at = began;
    }

    /// The next leg ends then. One that was over before the last one has ended took nothing.
    void until(Kind kind, String name, long end) {
      long next = Math.max(at, end);
      nanos.merge(new Leg(kind, name), next - at, Long::sum);
      at = next;
    }
  }

  /// How many holds it is of.
  int holds() {
    return whole.count();
  }

  Samples whole() {
    return whole;
  }

  Report.Table table(String title) {
    List<List<String>> rows = new ArrayList<>();
    legs.forEach((leg, samples) -> rows.add(row(leg.name(), samples)));
    kinds.forEach((kind, samples) -> rows.add(row("in all: " + kind.words, samples)));
    rows.add(row("the hold", whole));
    String caption =
        title
            + ", of "
            + holds()
            + " holds"
            + (unread == 0 ? "" : " (" + unread + " were not recorded whole)");
    return new Report.Table(caption, List.of("leg", "p10", "p50", "p99", "share"), rows);
  }

  private List<String> row(String name, Samples samples) {
    return List.of(
        name,
        Report.number(samples.percentile(10)) + " ms",
        Report.number(samples.median()) + " ms",
        Report.number(samples.percentile(99)) + " ms",
        Report.number(100 * samples.sum() / whole.sum()) + " %");
  }
}
