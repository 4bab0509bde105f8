package dev.drover.sample;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Finding;
import dev.drover.core.mover.Preflight.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Moves maps between servers, or under another name at the same one.
///
/// @param homes finds a home by its name
record MapMover(Function<HomeId, MapHome> homes) implements Mover {
  private static final String REMOVE_COPIES = "remove-copies";
  private static final String PURGE_SOURCE = "purge-source";
  private static final String ASIDE = "aside.";

  @Override
  public EngineTraits traits() {
    return new MapTraits();
  }

  @Override
  public Preflight preflight(MoverTask task) throws MoverException {
    MapHome from = homes.apply(task.from().home());
    MapHome to = homes.apply(task.to().home());
    List<Finding> findings = new ArrayList<>();
    if (task.options().takeover()) {
      findings.add(refusal("takeover", "a map cannot go on without what its home holds"));
    }
    MapHome asked = from;
    try {
      int items = from.all(task.from().locator()).size();
      asked = to;
      boolean empty =
          to.all(task.to().locator()).values().stream().noneMatch(MapHome.Change::there);
      findings.add(
          empty
              ? new Finding(Severity.OK, "target-empty", to + " holds no entry of it")
              : task.options().overwrite()
                  ? new Finding(
                      Severity.WARNING, "target-empty", "what " + to + " holds is replaced")
                  : refusal(
                      "target-empty",
                      "%s holds entries of map '%s' already. Delete them, or allow overwriting"
                          .formatted(to, task.to().locator())));
      return new Preflight(findings, items, -1);
    } catch (IOException e) {
      throw asked.failed(e);
    }
  }

  private static Finding refusal(String check, String message) {
    return new Finding(Severity.REFUSAL, check, message);
  }

  @Override
  public MoverSession open(MoverTask task, MoverListener listener, Checkpoints checkpoints) {
    return new MapSession(
        task,
        homes.apply(task.from().home()),
        homes.apply(task.to().home()),
        listener,
        checkpoints);
  }

  /// Nothing is owed for what was never begun.
  @Override
  public List<Undo> owedOnAbort(MoverTask task, EngineState state) {
    return List.of(new Undo(REMOVE_COPIES, task.to(), task.move(), task.options()));
  }

  @Override
  public List<Undo> owedOnComplete(MoverTask task) {
    return task.options().keepSource()
        ? List.of()
        : List.of(new Undo(PURGE_SOURCE, task.from(), task.move(), task.options()));
  }

  @Override
  public Kept undo(
      PartitionId partition, Placement owner, long term, Undo undo, MoverListener listener)
      throws MoverException {
    MapHome home = homes.apply(undo.at().home());
    String under = MapHome.under(partition, term);
    String aside = ASIDE + undo.move();
    try {
      String _ = home.ask("POST", "/term/" + partition.name() + "?term=" + term, "");
      if (undo.action().equals(REMOVE_COPIES) || undo.action().equals(PURGE_SOURCE)) {
        boolean copies = undo.action().equals(REMOVE_COPIES);
        String names =
            home.ask(
                "POST",
                "/retire/%s%s&aside=%s%s"
                    .formatted(undo.at().locator(), under, aside, copies ? "&copies=1" : ""),
                "");
        return kept(home.id(), !copies, names.lines().toList());
      }
      Map<String, MapHome.Change> there = home.all(aside);
      if (!undo.action().equals(Undo.DROP_ASIDE)) {
        MapHome now = homes.apply(owner.home());
        boolean all = undo.action().equals(Undo.REPLACE_BY_ASIDE);
        Map<String, MapHome.Change> held = now.all(owner.locator());
        List<MapHome.Change> brought =
            there.values().stream().filter(each -> all || !held.containsKey(each.key())).toList();
        now.apply(owner.locator(), partition, term, brought);
        List<String> left = new ArrayList<>(there.keySet());
        brought.forEach(each -> left.remove(each.key()));
        if (!left.isEmpty()) {
          return kept(home.id(), true, left);
        }
      }
      String _ = home.ask("POST", "/drop/" + aside + under, "");
      return Kept.NOTHING;
    } catch (IOException e) {
      throw home.failed(e);
    }
  }

  private static Kept kept(HomeId home, boolean strays, List<String> names) {
    return names.isEmpty()
        ? Kept.NOTHING
        : new Kept(
            home,
            strays,
            "written there by others than the gateways",
            names.size(),
            names.stream().limit(100).toList());
  }
}
