package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigDiff;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigText;
import dev.drover.app.past.PartitionCheck;
import dev.drover.app.past.PartitionCheck.Beginning;
import dev.drover.control.ControlException;
import dev.drover.control.Controller;
import dev.drover.control.Reconfiguring.Change;
import dev.drover.control.Reconfiguring.Plan;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.HomeLook;
import dev.drover.engine.Plugs;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Looks at what a server's file says now, and whether that can be applied without hiding or losing
/// anything. Changes nothing.
final class ConfigurationPlanner {
  private final Map<String, String> environment;
  private final StateStore store;
  private final OpenHomes homes;
  private final Controller controller;

  ConfigurationPlanner(
      Map<String, String> environment, StateStore store, OpenHomes homes, Controller controller) {
    this.environment = environment;
    this.store = store;
    this.homes = homes;
    this.controller = controller;
  }

  /// What the file says but for partitions.
  ///
  /// @param candidate the homes as they would be
  record Settings(ConfigText text, ConfigDiff diff, OpenHomes candidate) {}

  /// What the file says, and what would come of it.
  ///
  /// @param checks one for each engine
  /// @param begin the partitions that are new
  /// @param drop those that are gone, the innermost first
  record Look(
      Settings settings,
      Plan plan,
      List<PartitionCheck> checks,
      Map<PartitionId, Beginning> begin,
      List<PartitionId> drop) {}

  /// @param inForce what is applied now
  /// @throws ControlException with all that speaks against it
  Settings settings(Config inForce) throws ControlException, StoreException {
    ConfigText text = read(inForce.file());
    ConfigDiff diff = ConfigDiff.of(inForce, text.config());
    return new Settings(text, diff, candidate(diff));
  }

  /// @param inForce what is applied now
  /// @throws ControlException with all that speaks against it
  Look look(Config inForce) throws ControlException, StoreException {
    Settings settings = settings(inForce);
    ConfigDiff diff = settings.diff();
    List<PartitionCheck> checks = new ArrayList<>();
    Map<PartitionId, Beginning> begin = new TreeMap<>();
    Config next = diff.next();
    for (Engine engine : inForce.engines()) {
      PartitionCheck check = PartitionCheck.running(engine, next, settings.candidate(), store);
      begin.putAll(looked(check));
      checks.add(check);
    }
    List<Change> changes = new ArrayList<>(diff.changes());
    begin.forEach((id, beginning) -> changes.add(added(id, beginning)));
    List<PartitionId> drop = new ArrayList<>();
    for (PartitionId id : gone(next)) {
      Change change = dropped(id);
      changes.add(change);
      if (change.effect() == Change.Effect.NOW) {
        drop.add(id);
      }
    }
    return new Look(
        settings,
        new Plan(inForce.file().toString(), settings.text().digest(), changes),
        checks,
        begin,
        drop);
  }

  private static ConfigText read(Path file) throws ControlException {
    try {
      return ConfigText.read(file);
    } catch (ConfigException e) {
      throw refused("the configuration cannot be used. Nothing was changed:\n" + e.getMessage());
    }
  }

  /// The homes as they would be.
  ///
  /// @throws ControlException with all that speaks against them
  private OpenHomes candidate(ConfigDiff diff) throws ControlException, StoreException {
    OpenHomes candidate;
    try {
      candidate = homes.like(diff.next(), environment);
    } catch (StartException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    List<String> against = new ArrayList<>(diff.impossible());
    against.addAll(new HomeAddresses(homes).others(diff.moved(), candidate));
    against.addAll(queuedFor(diff.removed()));
    Set<HomeId> other = new HashSet<>(diff.otherThanBefore());
    other.removeAll(diff.removed());
    for (HomeId home : other) {
      HomeLook look = candidate.look(home);
      if (!look.reachable()) {
        against.add(
            diff.added().contains(home)
                ? "home '%s' is new and does not answer (%s). Start it first"
                    .formatted(home, look.problem())
                : "home '%s' does not answer with its new settings (%s)"
                    .formatted(home, look.problem()));
      }
    }
    if (!against.isEmpty()) {
      throw refused(
          "this configuration cannot be applied while the fleet runs. Nothing was changed:\n  "
              + String.join("\n  ", against));
    }
    return candidate;
  }

  /// Why homes cannot go: moves to them wait.
  List<String> queuedFor(Set<HomeId> removed) throws StoreException {
    return controller.targetsOfQueued().stream()
        .filter(removed::contains)
        .map(
            home ->
                "home '%s' is needed: a move to it waits in the queue. Abort that first, or wait for it"
                    .formatted(home))
        .toList();
  }

  /// Which partitions are new.
  ///
  /// @throws ControlException if what is there would be hidden
  static Map<PartitionId, Beginning> looked(PartitionCheck check)
      throws ControlException, StoreException {
    try {
      return check.look();
    } catch (StartException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static Change added(PartitionId id, Beginning beginning) {
    String at = "at home '" + beginning.at().home() + "'";
    return new Change(
        Change.Kind.ADD,
        named(id),
        Optional.of(at),
        Change.Effect.NOW,
        beginning
            .to()
            .map(
                to ->
                    "its %s are looked for there until now; a move brings them to '%s' then"
                        .formatted(Plugs.of(id.engine()).traits().nouns().items(), to)));
  }

  private Change dropped(PartitionId id) throws StoreException {
    try {
      controller.lookAtDrop(id);
      return new Change(
          Change.Kind.REMOVE,
          named(id),
          Optional.empty(),
          Change.Effect.NOW,
          Optional.of("what it holds stays where it is"));
    } catch (ControlException e) {
      return new Change(
          Change.Kind.REMOVE,
          named(id),
          Optional.empty(),
          Change.Effect.REFUSED,
          Optional.of(String.valueOf(e.getMessage()).replace("Nothing was changed. ", "")));
    }
  }

  static String named(PartitionId id) {
    return Plugs.of(id.engine()).traits().nouns().partition() + " '" + id.name() + "'";
  }

  /// Partitions that the store knows and a configuration does not name, the innermost first.
  private List<PartitionId> gone(Config next) throws StoreException {
    Set<PartitionId> named =
        next.partitions().stream().map(Config.Partition::id).collect(Collectors.toSet());
    List<PartitionId> all = new ArrayList<>();
    for (Entry entry : store.list(Keys.PARTITIONS).entries()) {
      PartitionId id = Keys.partitionOf(entry.key());
      if (!named.contains(id) && homes.has(id.engine())) {
        all.add(id);
      }
    }
    all.sort(Comparator.comparingInt((PartitionId id) -> id.name().length()).reversed());
    return all;
  }

  static ControlException refused(String why) {
    return new ControlException(ControlException.Kind.CONFLICT, why);
  }
}
