package dev.drover.sim;

import dev.drover.core.Partition;
import dev.drover.core.Refusal;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Stage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How often each part of the protocol was visited.
public final class Coverage {
  private final Map<String, Long> counts = new TreeMap<>();

  /// Everything that there is to visit.
  public static Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    for (String transition :
        new String[] {
          "Active -> Draining",
          "Draining -> Cutover",
          "Cutover -> Opening",
          "Cutover -> Draining",
          "Cutover -> Reopening",
          "Reopening -> Draining",
          "Opening -> Active",
          "Draining -> Active",
          "Cutover -> Active"
        }) {
      all.put("transition  " + transition, 0L);
    }
    for (Class<?> stage : Stage.class.getPermittedSubclasses()) {
      if (stage != Stage.Ended.class && stage != Stage.Hold.class) {
        for (String who : new String[] {"controller", "gateway", "store", "source", "target"}) {
          all.put("crash       of the " + who + " in " + stage.getSimpleName(), 0L);
        }
      }
      if (stage != Stage.Hold.class) {
        all.put("stage       " + stage.getSimpleName(), 0L);
      }
    }
    for (Class<?> refusal : Refusal.class.getPermittedSubclasses()) {
      // Those of a shell, which knows requests and other records.
      if (refusal == Refusal.NoSuchPlace.class || refusal == Refusal.UnreadableInside.class) {
        continue;
      }
      all.put("refusal     " + refusal.getSimpleName(), 0L);
    }
    for (String when :
        new String[] {
          "before it is sent", "at the answer", "again, under another epoch", "by a fresh gateway"
        }) {
      all.put("note        " + when, 0L);
    }
    for (Class<?> outcome : Outcome.class.getPermittedSubclasses()) {
      all.put("outcome     " + outcome.getSimpleName(), 0L);
    }
    return all;
  }

  /// How often each part was visited, those that never were among them.
  public Map<String, Long> visited() {
    Map<String, Long> visited = all();
    visited.putAll(counts);
    return visited;
  }

  /// What was never visited, by name.
  public List<String> unvisited() {
    return all().keySet().stream().filter(name -> !counts.containsKey(name)).toList();
  }

  void add(Coverage other) {
    other.counts.forEach((name, count) -> counts.merge(name, count, Long::sum));
  }

  private void visit(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  void transition(Partition before, Partition next) {
    visit("transition  " + before.ownership().label() + " -> " + next.ownership().label());
  }

  void stage(Stage entered) {
    visit("stage       " + entered.getClass().getSimpleName());
  }

  void killed(String who, Stage stage) {
    visit("crash       of the " + who + " in " + stage.getClass().getSimpleName());
  }

  void refusal(Refusal why) {
    visit("refusal     " + why.getClass().getSimpleName());
  }

  void outcome(Outcome outcome) {
    visit("outcome     " + outcome.getClass().getSimpleName());
  }

  void noted(String when) {
    visit("note        " + when);
  }

  void fault(String kind) {
    visit("fault       " + kind);
  }
}
