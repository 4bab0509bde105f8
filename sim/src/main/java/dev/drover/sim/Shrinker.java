package dev.drover.sim;

import java.util.ArrayList;
import java.util.List;

/// Makes a failing run shorter for as long as the same invariant fails: it leaves out what is
/// planned, one thing after the other, then clients, then operations.
final class Shrinker {
  private static final int TRIES_MAX = 400;

  private final Rules rules;
  private final String invariant;
  private Scenario best;
  private int tries;

  private Shrinker(Run failed, Rules rules) {
    this.rules = rules;
    this.invariant = failed.violation().orElseThrow().invariant();
    this.best = failed.scenario();
  }

  static Scenario shrink(Run failed, Rules rules) {
    Shrinker shrinker = new Shrinker(failed, rules);
    boolean smaller = true;
    while (smaller) {
      smaller = shrinker.fewerFaults();
      smaller |= shrinker.fewerClients();
      smaller |= shrinker.fewerOperations();
    }
    return shrinker.best;
  }

  private boolean fewerFaults() {
    boolean smaller = false;
    for (Fault fault : List.copyOf(best.plan())) {
      List<Fault> rest = new ArrayList<>(best.plan());
      rest.remove(fault);
      smaller |= still(best.with(rest, best.workload().clients(), best.workload().operations()));
    }
    return smaller;
  }

  private boolean fewerClients() {
    boolean smaller = false;
    while (best.workload().clients() > 1
        && still(
            best.with(best.plan(), best.workload().clients() - 1, best.workload().operations()))) {
      smaller = true;
    }
    return smaller;
  }

  private boolean fewerOperations() {
    boolean smaller = false;
    for (int step = best.workload().operations() / 2; step > 0; step /= 2) {
      while (best.workload().operations() > step
          && still(
              best.with(
                  best.plan(), best.workload().clients(), best.workload().operations() - step))) {
        smaller = true;
      }
    }
    return smaller;
  }

  private boolean still(Scenario smaller) {
    if (++tries > TRIES_MAX) {
      return false;
    }
    boolean fails =
        Run.of(smaller, rules).violation().filter(v -> v.invariant().equals(invariant)).isPresent();
    if (fails) {
      best = smaller;
    }
    return fails;
  }
}
