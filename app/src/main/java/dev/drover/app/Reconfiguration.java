package dev.drover.app;

import dev.drover.app.ConfigurationPlanner.Look;
import dev.drover.app.ConfigurationPlanner.Settings;
import dev.drover.app.config.Config;
import dev.drover.app.past.PartitionCheck;
import dev.drover.app.past.PartitionCheck.Beginning;
import dev.drover.app.past.PastCheck;
import dev.drover.control.ControlException;
import dev.drover.control.Controller;
import dev.drover.control.ControllerOptions;
import dev.drover.control.MoveBody;
import dev.drover.control.Reconfiguring;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.gateway.HomeWitness;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.ConfigurationRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server's side of an applied configuration, one at a time: it reads its file again, looks
/// whether what has changed can be applied without hiding or losing anything, applies it, and has
/// the gateways and the other servers follow ([ConfigurationRecord]).
///
/// A scope or another partition that is new begins where its content is looked for until then, and
/// goes to its home by a move. One that is gone is dropped, if its content stays where it is looked
/// for then.
final class Reconfiguration implements Reconfiguring {
  private static final Logger LOG = LoggerFactory.getLogger(Reconfiguration.class);
  private static final Duration FOLLOW_MAX = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 50;

  private final Map<String, String> environment;
  private final StateStore store;
  private final OpenHomes homes;
  private final Controller controller;
  private final HomeWitness witness;
  private final AtomicReference<ControllerOptions.Tuning> tuning;
  private final ReentrantLock one = new ReentrantLock();
  private final ConfigurationPlanner planner;
  private volatile Config inForce;

  Reconfiguration(
      Config config,
      Map<String, String> environment,
      StateStore store,
      OpenHomes homes,
      Controller controller,
      HomeWitness witness,
      AtomicReference<ControllerOptions.Tuning> tuning) {
    this.inForce = config;
    this.environment = environment;
    this.store = store;
    this.homes = homes;
    this.controller = controller;
    this.witness = witness;
    this.tuning = tuning;
    this.planner = new ConfigurationPlanner(environment, store, homes, controller);
  }

  /// What of a configuration a controller asks for again and again.
  static ControllerOptions.Tuning tuning(Config config) {
    return new ControllerOptions.Tuning(
        config.server().limits().movesPerHome(),
        config.server().limits().abortTimeout(),
        config.fallbacks(),
        new ControllerOptions.MoveDefaults(
            config.times().moves().budget(),
            config.times().moves().rate().itemsPerSecond(),
            config.times().moves().rate().bytesPerSecond()));
  }

  @Override
  public Plan plan() throws ControlException, StoreException {
    enter();
    try {
      return planner.look(inForce).plan();
    } finally {
      one.unlock();
    }
  }

  private void enter() throws ControlException {
    if (!one.tryLock()) {
      throw ConfigurationPlanner.refused(
          "this server is at a configuration already, which takes a few seconds. Nothing was done for this request; try again then");
    }
  }

  @Override
  public Result apply(String digest) throws ControlException, StoreException {
    enter();
    try {
      return applied(digest);
    } finally {
      one.unlock();
    }
  }

  private Result applied(String digest) throws ControlException, StoreException {
    Look look = planner.look(inForce);
    Plan plan = look.plan();
    if (!digest.isEmpty() && !digest.equals(plan.digest())) {
      throw ConfigurationPlanner.refused(
          "%s on the server is not the file that was looked at: it has changed, or the server's is another one. Nothing was changed. Bring the same file there, and try again"
              .formatted(plan.file()));
    }
    takeHomes(look.settings());
    // Gateways compare their homes with these.
    for (PartitionCheck check : look.checks()) {
      check.remember();
    }
    tellOthers(plan);
    List<Following> gateways = awaitGateways();
    List<String> problems = new ArrayList<>();
    Map<PartitionId, HomeId> elsewhere = created(look, gateways, problems);
    remember(look);
    for (PartitionId id : look.drop()) {
      try {
        controller.drop(id);
      } catch (ControlException e) {
        problems.add(ConfigurationPlanner.named(id) + " was not dropped: " + e.getMessage());
      }
    }
    // Last: what moves lets none be made known or dropped inside it.
    List<Begun> moves = new ArrayList<>();
    for (Map.Entry<PartitionId, HomeId> each : elsewhere.entrySet()) {
      PartitionId id = each.getKey();
      try {
        moves.add(new Begun(id.toString(), each.getValue().value(), moved(id, each.getValue())));
      } catch (ControlException e) {
        problems.add(notMoved(id, each.getValue(), e));
      }
    }
    gateways.stream()
        .filter(gateway -> !gateway.differs().isEmpty())
        .forEach(gateway -> problems.add(lagging(gateway)));
    log(plan.changes(), problems);
    return new Result(plan, gateways, moves, problems);
  }

  /// First what this server begins moves by: from then on none begins to a home that is gone.
  private void takeHomes(Settings settings) throws ControlException, StoreException {
    Config before = inForce;
    Config next = settings.diff().next();
    Set<HomeId> removed = settings.diff().removed();
    homes.change(next, environment);
    try {
      List<String> queued = planner.queuedFor(removed);
      if (!queued.isEmpty()) {
        throw ConfigurationPlanner.refused(String.join("; ", queued));
      }
      if (!removed.isEmpty()) {
        for (Engine engine : before.engines()) {
          ConfigurationPlanner.looked(
              PartitionCheck.running(engine, next, settings.candidate(), store));
        }
      }
    } catch (ControlException | StoreException e) {
      homes.change(before, environment);
      throw e;
    }
    inForce = next;
    tuning.set(tuning(next));
    Witnesses.watch(witness, next, homes);
  }

  private void tellOthers(Plan plan) throws StoreException {
    ConfigurationRecord record =
        new ConfigurationRecord(
            controller.lastApplied() + 1,
            plan.digest(),
            inForce.server().name(),
            System.currentTimeMillis());
    store.put(Keys.CONFIGURATION, Records.encode(record), StateStore.ANY, null);
  }

  private List<Following> awaitGateways() throws StoreException {
    long since = System.nanoTime();
    while (true) {
      boolean over = System.nanoTime() - since > FOLLOW_MAX.toNanos();
      if (over || controller.unansweredGateways().isEmpty()) {
        return controller.differingGateways().entrySet().stream()
            .map(each -> new Following(each.getKey().value(), each.getValue()))
            .toList();
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }

  private static String lagging(Following gateway) {
    return "gateway '%s' does not follow: %s. If its file is another one than the server's, bring the server's there, and apply it again"
        .formatted(gateway.gateway(), String.join("; ", gateway.differs()));
  }

  /// Makes known what is new.
  ///
  /// @return where each is to go that does not begin at its home
  private Map<PartitionId, HomeId> created(
      Look look, List<Following> gateways, List<String> problems) throws StoreException {
    boolean unknown = gateways.stream().anyMatch(each -> !each.differs().isEmpty());
    Set<HomeId> added = look.settings().diff().added();
    Map<PartitionId, HomeId> elsewhere = new TreeMap<>();
    for (Map.Entry<PartitionId, Beginning> each : look.begin().entrySet()) {
      PartitionId id = each.getKey();
      HomeId at = each.getValue().at().home();
      if (unknown && added.contains(at)) {
        problems.add(
            "%s was not made known: its home '%s' is new, and not all gateways know it"
                .formatted(ConfigurationPlanner.named(id), at));
        continue;
      }
      try {
        controller.createServed(id, each.getValue().at());
        each.getValue().to().ifPresent(to -> elsewhere.put(id, to));
      } catch (ControlException e) {
        problems.add(ConfigurationPlanner.named(id) + " was not made known: " + e.getMessage());
      }
    }
    return elsewhere;
  }

  /// Brings a partition that is new to its home.
  void move(PartitionId id, HomeId to) {
    try {
      LOG.info("'{}' goes to its home '{}' by move {}", id, to, moved(id, to));
    } catch (ControlException | StoreException e) {
      LOG.warn("{}", notMoved(id, to, e));
    }
  }

  private String moved(PartitionId id, HomeId to) throws ControlException, StoreException {
    return controller.submit(MoveBody.of(id.toString(), to.value())).value();
  }

  private static String notMoved(PartitionId id, HomeId to, Exception why) {
    return "%s was not moved to home '%s' (%s). 'drover move %s --to %s' brings it there"
        .formatted(ConfigurationPlanner.named(id), to, why.getMessage(), id, to);
  }

  /// Homes have to know whom they serve.
  private void remember(Look look) throws StoreException {
    Map<HomeId, List<PartitionId>> served = new LinkedHashMap<>();
    look.begin()
        .forEach(
            (id, beginning) ->
                served.computeIfAbsent(beginning.at().home(), _ -> new ArrayList<>()).add(id));
    if (!served.isEmpty()) {
      PastCheck.remember(homes, served, store);
    }
  }

  /// Applies what the file says, and logs what has come of it.
  void reload() {
    one.lock();
    try {
      Result result = applied("");
      if (result.plan().changes().isEmpty()) {
        LOG.info("configuration: nothing has changed in {}", result.plan().file());
      }
    } catch (ControlException | StoreException e) {
      LOG.error("the configuration was not applied: {}", e.getMessage());
    } finally {
      one.unlock();
    }
  }

  /// Another server has applied its configuration. This one takes homes and limits from its own
  /// file; partitions are that one's concern.
  void appliedBy(ConfigurationRecord record) {
    if (record.server().equals(inForce.server().name())) {
      return;
    }
    one.lock();
    try {
      follow();
    } catch (ControlException | StoreException e) {
      LOG.error(
          "server '{}' has applied a configuration, and this one does not follow: {}",
          record.server(),
          e.getMessage());
    } finally {
      one.unlock();
    }
  }

  private void follow() throws ControlException, StoreException {
    Settings settings = planner.settings(inForce);
    takeHomes(settings);
    log(settings.diff().changes(), List.of());
  }

  private static void log(List<Change> changes, List<String> problems) {
    changes.forEach(change -> LOG.info("configuration: {}", words(change)));
    problems.forEach(problem -> LOG.warn("configuration: {}", problem));
  }

  /// A change in one line.
  static String words(Change change) {
    String what =
        switch (change.kind()) {
          case ADD -> "new: ";
          case REMOVE -> "gone: ";
          case CHANGE -> "changed: ";
        };
    String when =
        switch (change.effect()) {
          case NOW -> change.note().map(note -> "; " + note).orElse("");
          case RESTART -> "; not before a restart of " + change.note().orElse("it");
          case REFUSED -> "; not applied: " + change.note().orElse("");
        };
    return what + change.what() + change.detail().map(words -> ", " + words).orElse("") + when;
  }
}
