package dev.drover.torture;

import dev.drover.torture.check.Loss;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Strike;
import dev.drover.torture.relay.Relay;
import dev.drover.torture.relay.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries a plan's faults out, several at a time but one at a time for each victim, and takes
/// every one of them back.
final class Nemesis {
  private static final Logger LOG = LoggerFactory.getLogger(Nemesis.class);
  private static final int AT_ONCE_MAX = 1_000;
  private static final Duration READY_MAX = Duration.ofSeconds(45);
  private static final Duration CALM_MAX = Duration.ofSeconds(20);
  private static final Duration AIM_MAX = Duration.ofSeconds(5);
  private static final long CALM_MILLIS = 2_000;
  private static final long AFTER_FULL_MILLIS = 100;
  private static final String STORE = "store";
  private static final long SPARE_MAX_SECONDS = 60;

  /// In what words each store says that its disk is full.
  private static final List<String> FULL =
      List.of("no space left", "short write while writing to the aof");

  private static final long DELAY_MILLIS_MAX = 400;

  private final Fleet fleet;
  private final Moves moves;
  private final Aim aim;
  private final Timeline timeline;
  private final Map<String, Semaphore> victims = new ConcurrentHashMap<>();
  private final Set<String> failures = new ConcurrentSkipListSet<>();
  private final SpareHome spare;
  private final EmptyHomes emptyHomes;
  private final OldStores oldStores;
  private final Configurations configurations;
  private final HomeOutage homeOutage;

  /// Held by each fault while it lasts, and as a whole by who needs calm.
  private final Semaphore calm = new Semaphore(AT_ONCE_MAX, true);

  Nemesis(Fleet fleet, Moves moves, StoreLook look, Aim aim, Timeline timeline) {
    this.aim = aim;
    this.fleet = fleet;
    this.moves = moves;
    this.timeline = timeline;
    this.spare = new SpareHome(fleet, moves, look);
    this.emptyHomes = new EmptyHomes(fleet, moves, look, timeline, failures, calm, spare);
    this.oldStores = new OldStores(fleet, timeline, failures);
    this.configurations = new Configurations(fleet, moves, failures);
    this.homeOutage = new HomeOutage(fleet, moves, look, timeline, failures);
  }

  /// What the scope that may be lost has lost.
  List<Loss> losses() {
    return emptyHomes.losses();
  }

  /// What could not be brought back.
  List<String> failures() {
    return List.copyOf(failures);
  }

  /// Carries them out, each at its time; returns when all are over.
  void run(List<Strike> strikes, Duration lasts) throws InterruptedException {
    long begun = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Strike strike : strikes) {
        long wait = strike.at().toNanos() - (System.nanoTime() - begun);
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        if (!fleet.store().apart()) {
          copyStore();
        }
        if (strike.kind().needsCalm()) {
          inCalm(strike);
        } else {
          // One that waits for moves has calm by itself when it needs it.
          boolean held = !strike.kind().waitsForMoves();
          calm.acquire(held ? 1 : 0);
          threads.execute(() -> strike(strike, held ? 1 : 0));
        }
      }
      long rest = lasts.toNanos() - (System.nanoTime() - begun);
      if (rest > 0) {
        TimeUnit.NANOSECONDS.sleep(rest);
      }
    }
  }

  private void strike(Strike strike, int held) {
    if (!aimed(strike)) {
      calm.release(held);
      return;
    }
    Optional<String> found = taken(victims(strike), held == 0);
    if (found.isEmpty()) {
      timeline.skipped();
      calm.release(held);
      return;
    }
    String victim = found.get();
    long from = System.nanoTime();
    boolean noted = false;
    try {
      noted = carryOut(strike, victim);
    } catch (IOException | RuntimeException e) {
      failures.add(strike.kind().label() + " of " + victim + ": " + e);
      LOG.warn("{} of {} failed", strike.kind().label(), victim, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!noted) {
        timeline.struck(new Timeline.Window(strike.kind(), victim, from, System.nanoTime()));
      }
      turn(victim).release();
      calm.release(held);
    }
  }

  /// Waits for the moment that a fault is aimed at; if none comes, it is made nevertheless.
  ///
  /// @return false if all is over
  private boolean aimed(Strike strike) {
    try {
      if (strike.aim() != Strike.Aim.ANY && aim.await(strike.aim(), AIM_MAX)) {
        timeline.hit();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Whom it can befall, the first one before the others: a fault that finds all of them under
  /// another one is not made.
  private List<String> victims(Strike strike) {
    List<String> of =
        switch (strike.kind()) {
          case KILL_GATEWAY, PAUSE_GATEWAY, EDIT_GATEWAY, LACK_HOME -> fleet.gateways();
          case KILL_HOME, PAUSE_HOME, LOSE_HOME, FREEZE_HOME -> fleet.homes();
          case KILL_CLIENT, PAUSE_CLIENT -> fleet.clients();
          case KILL_SERVER, PAUSE_SERVER -> fleet.servers();
          case KILL_STORE, PAUSE_STORE -> fleet.store().nodes().stream().map(Child::name).toList();
          case FULL_DISK, KILL_ON_FULL_DISK -> List.of(fleet.store().onDisk().name());
          case EMPTY_TARGET, EMPTY_OWNER -> List.of(fleet.spare());
          case CUT, REFUSE, DELAY, HOLD, HOLD_BOTH, HALF_CLOSE ->
              fleet.wires().stream().map(Relay::name).toList();
          // No party of its own: who serves others badly because of it has no excuse.
          case HOSTILE_CLIENT -> fleet.gateways().stream().map(g -> "hostile-" + g).toList();
          case ISOLATE ->
              fleet.gateways().stream().map(g -> fleet.store().wires(g).getFirst()).toList();
          case STORE_OUTAGE, HOME_OUTAGE, RESTORE_STORE, EDIT_SERVER ->
              throw new IllegalStateException(strike.kind() + " needs calm");
        };
    List<String> turned = new ArrayList<>(of);
    Collections.rotate(turned, -(strike.victim() % of.size()));
    return turned;
  }

  /// @return whether it has noted itself what it did, and for how long
  private boolean carryOut(Strike strike, String victim) throws IOException, InterruptedException {
    boolean noted = false;
    switch (strike.kind()) {
      case KILL_GATEWAY, KILL_SERVER, KILL_HOME, LOSE_HOME, KILL_CLIENT, KILL_STORE ->
          kill(fleet.child(victim), strike);
      case PAUSE_GATEWAY, PAUSE_SERVER, PAUSE_HOME, FREEZE_HOME, PAUSE_CLIENT ->
          pause(fleet.child(victim), strike.lasts());
      case PAUSE_STORE -> {
        Child node = fleet.child(victim);
        pause(node, shorter(strike, fleet.store().pauseMax(node)));
      }
      case CUT -> wire(victim).cut(false);
      case HALF_CLOSE -> wire(victim).halfClose(strike.way());
      case REFUSE -> refuse(wire(victim), strike);
      case DELAY -> delay(wire(victim), strike);
      case HOLD -> hold(List.of(wire(victim)), strike, List.of(strike.way()));
      case HOLD_BOTH -> hold(List.of(wire(victim)), strike, List.of(Way.values()));
      case ISOLATE -> isolate(victim.substring(0, victim.indexOf('-')), strike);
      case HOSTILE_CLIENT -> {
        String gateway = victim.substring(victim.indexOf('-') + 1);
        fleet.harm(gateway, strike);
      }
      case FULL_DISK -> fullDisk(strike);
      case KILL_ON_FULL_DISK -> killOnFullDisk(strike);
      case EDIT_GATEWAY -> configurations.gateway(fleet.child(victim), strike);
      case LACK_HOME -> {
        lackHome(fleet.child(victim), strike);
        noted = true;
      }
      case EMPTY_TARGET -> {
        emptyHomes.target(strike);
        noted = true;
      }
      case EMPTY_OWNER -> {
        emptyHomes.owner(strike);
        noted = true;
      }
      case STORE_OUTAGE, HOME_OUTAGE, RESTORE_STORE, EDIT_SERVER ->
          throw new IllegalStateException(strike.kind() + " needs calm");
    }
    return noted;
  }

  private Semaphore turn(String victim) {
    return victims.computeIfAbsent(victim, name -> new Semaphore(1));
  }

  /// @param waits whether the spare home's fault before is waited for
  /// @return the one whose turn was taken; empty if each is under another fault
  private Optional<String> taken(List<String> names, boolean waits) {
    return names.stream()
        .filter(name -> taken(turn(name), waits && name.equals(fleet.spare())))
        .findFirst();
  }

  /// @param waits whether the one before is waited for, which takes its time: it moves scopes
  private static boolean taken(Semaphore turn, boolean waits) {
    try {
      return waits ? turn.tryAcquire(SPARE_MAX_SECONDS, TimeUnit.SECONDS) : turn.tryAcquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void lackHome(Child gateway, Strike strike) throws IOException, InterruptedException {
    Semaphore turn = turn(fleet.spare());
    if (!taken(turn, true)) {
      timeline.skipped();
      return;
    }
    try {
      if (!spare.vacated(strike)) {
        timeline.skipped();
        return;
      }
      calm.acquire();
      long from = System.nanoTime();
      try {
        configurations.lacking(gateway, strike);
        timeline.struck(
            new Timeline.Window(strike.kind(), gateway.name(), from, System.nanoTime()));
      } finally {
        calm.release();
      }
    } finally {
      turn.release();
    }
  }

  private Relay wire(String name) {
    return fleet.wires().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  private static void wait(Strike strike) throws InterruptedException {
    Thread.sleep(strike.lasts());
  }

  // --- processes

  private void kill(Child child, Strike strike) throws IOException, InterruptedException {
    noteDeath(child);
    child.kill();
    wait(strike);
    restart(child);
  }

  private void restart(Child child) throws IOException, InterruptedException {
    if (!restarted(child, READY_MAX)) {
      failures.add(child.notBack());
    }
  }

  /// A server needs its store to start, and is started again until that is there.
  private boolean restarted(Child child, Duration atMost) throws IOException, InterruptedException {
    if (fleet.store().apart() && fleet.servers().contains(child.name())) {
      return child.startUntilReady(atMost);
    }
    child.start();
    return child.awaitReady(atMost);
  }

  private void noteDeath(Child child) {
    if (child.died()) {
      failures.add(child.name() + " has ended by itself; see " + child.log());
    }
  }

  private static Duration shorter(Strike strike, Duration most) {
    return strike.lasts().compareTo(most) < 0 ? strike.lasts() : most;
  }

  private static void pause(Child child, Duration lasts) throws IOException, InterruptedException {
    child.pause();
    try {
      Thread.sleep(lasts);
    } finally {
      child.resume();
    }
  }

  /// Kills all of it.
  private void killStore(Strike strike) throws IOException, InterruptedException {
    for (Child node : fleet.store().nodes()) {
      noteDeath(node);
      node.kill();
    }
    wait(strike);
    for (Child node : fleet.store().nodes()) {
      node.start();
    }
    for (Child node : fleet.store().nodes()) {
      if (!node.awaitReady(READY_MAX)) {
        failures.add(node.notBack());
      }
    }
  }

  // --- wires

  private static void refuse(Relay wire, Strike strike) throws InterruptedException {
    wire.cut(true);
    try {
      wait(strike);
    } finally {
      wire.cut(false);
    }
  }

  private static void delay(Relay wire, Strike strike) throws InterruptedException {
    wire.delay(strike.way(), 1 + strike.victim() % DELAY_MILLIS_MAX);
    try {
      wait(strike);
    } finally {
      wire.delay(strike.way(), 0);
    }
  }

  private void isolate(String gateway, Strike strike) throws InterruptedException {
    List<Relay> wires = fleet.store().wires(gateway).stream().map(this::wire).toList();
    hold(wires, strike, List.of(Way.values()));
  }

  private static void hold(List<Relay> wires, Strike strike, List<Way> ways)
      throws InterruptedException {
    wires.forEach(wire -> ways.forEach(way -> wire.hold(way, true)));
    try {
      wait(strike);
    } finally {
      wires.forEach(wire -> ways.forEach(way -> wire.hold(way, false)));
    }
  }

  // --- the disk

  private void fullDisk(Strike strike) throws IOException, InterruptedException {
    fleet.disk().fill();
    try {
      wait(strike);
    } finally {
      fleet.disk().free();
    }
    revive(fleet.store().onDisk());
  }

  private void killOnFullDisk(Strike strike) throws IOException, InterruptedException {
    Child holder = fleet.store().onDisk();
    fleet.disk().fill();
    try {
      noteDeath(holder);
      holder.kill();
      // It serves, or it refuses to start and says why.
      var _ = restarted(holder, strike.lasts());
    } finally {
      fleet.disk().free();
    }
    revive(holder);
  }

  /// Once there is space again, who holds the store must serve; it may have to be started again, if
  /// it has said that this is what it has ended of.
  private void revive(Child holder) throws IOException, InterruptedException {
    Thread.sleep(AFTER_FULL_MILLIS);
    if (holder.alive()) {
      if (!holder.awaitReady(READY_MAX)) {
        failures.add(holder.name() + " did not come back from a full disk; see " + holder.log());
      }
      return;
    }
    String said = holder.logText().toLowerCase(Locale.ROOT);
    if (FULL.stream().noneMatch(said::contains)) {
      failures.add(holder.name() + " ended on a full disk without saying so; see " + holder.log());
    }
    restart(holder);
  }

  // --- while nothing else is wrong

  private void inCalm(Strike strike) throws InterruptedException {
    calm.acquire(AT_ONCE_MAX);
    try (var _ = moves.suspended()) {
      switch (strike.kind()) {
        case STORE_OUTAGE -> outage(strike);
        case HOME_OUTAGE -> homeOutage(strike);
        case RESTORE_STORE -> oldStores.playBack(strike);
        case EDIT_SERVER -> editServer(strike);
        default -> throw new IllegalStateException(strike.kind() + " needs no calm");
      }
    } catch (IOException | RuntimeException e) {
      failures.add(strike.kind().label() + ": " + e);
      LOG.warn("{} failed", strike.kind().label(), e);
    } finally {
      calm.release(AT_ONCE_MAX);
    }
  }

  private void copyStore() {
    try {
      oldStores.copy();
    } catch (IOException e) {
      failures.add("a copy of the store: " + e);
    }
  }

  private void editServer(Strike strike) throws IOException, InterruptedException {
    List<String> servers = fleet.servers();
    Child server = fleet.child(servers.get(strike.victim() % servers.size()));
    long from = System.nanoTime();
    configurations.server(server, strike);
    timeline.struck(new Timeline.Window(strike.kind(), server.name(), from, System.nanoTime()));
  }

  private void outage(Strike strike) throws IOException, InterruptedException {
    Set<Integer> before = moves.resting();
    if (!allServe()) {
      timeline.skipped();
      return;
    }
    Thread.sleep(CALM_MILLIS);
    Set<Integer> resting = moves.resting();
    resting.retainAll(before);
    long from = System.nanoTime();
    killStore(strike);
    long to = System.nanoTime();
    resting.retainAll(moves.restingAgain(CALM_MAX));
    timeline.struck(new Timeline.Window(strike.kind(), STORE, from, to));
    timeline.outage(new Timeline.Outage(from, to, Set.copyOf(resting)));
  }

  private void homeOutage(Strike strike) throws IOException, InterruptedException {
    if (allServe()) {
      homeOutage.make(strike);
    } else {
      timeline.skipped();
    }
  }

  private boolean allServe() throws InterruptedException {
    long end = System.nanoTime() + CALM_MAX.toNanos();
    while (!fleet.gateways().stream().allMatch(fleet::serving)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(100);
    }
    return true;
  }
}
