package dev.drover.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Visits every state that a small fleet can come to, once, breadth first, and looks in each
/// whether the invariants hold; then whether from each an end can be reached once nothing goes
/// wrong any more.
///
/// Gateways are alike: states that differ in which of them is which are one state. A pause of
/// anyone is that it takes no step for a while, so every pause is among the ways that are taken.
/// Time is left out: deadlines pass, and leases end, at any moment.
public final class Explorer {
  private static final int PROGRESS_STATES = 1 << 14;

  private final Machines machines;
  private final ControllerSteps controllers;
  private final GatewaySteps gateways;
  private final OpSteps ops;
  private final Invariants invariants;
  private final Size size;
  private final Fingerprint straight;
  private final Fingerprint crossed;
  private final Graph graph = new Graph();
  private final ArrayDeque<State> frontier = new ArrayDeque<>();
  private long transitions;

  private Explorer(Size size, Set<Deviation> deviations) {
    this.size = size;
    machines = new Machines(deviations);
    controllers = new ControllerSteps(machines);
    gateways = new GatewaySteps(machines);
    ops = new OpSteps(machines);
    invariants = new Invariants(machines);
    straight = new Fingerprint(masks(size, false));
    crossed = new Fingerprint(masks(size, true));
  }

  /// Explores the fleet of this size.
  ///
  /// @param progress told now and then
  /// @param nanos a monotonic clock
  public static Report explore(Size size, Consumer<Report.Progress> progress, LongSupplier nanos) {
    return explore(size, Set.of(), progress, nanos);
  }

  static Report explore(
      Size size,
      Set<Deviation> deviations,
      Consumer<Report.Progress> progress,
      LongSupplier nanos) {
    return new Explorer(size, deviations).run(progress, nanos);
  }

  private Report run(Consumer<Report.Progress> progress, LongSupplier nanos) {
    long began = nanos.getAsLong();
    State start = Start.state(size, machines, controllers);
    int known = found(start, -1, 0);
    if (known >= 0) {
      throw new IllegalStateException("the start was known");
    }
    int depth = 0;
    int lastOfLevel = 0;
    for (int number = 0; !frontier.isEmpty(); number++) {
      State state = frontier.remove();
      if (number > lastOfLevel) {
        lastOfLevel = graph.size() - 1;
        depth++;
      }
      Optional<String> broken = invariants.broken(state);
      if (broken.isPresent()) {
        return report(depth, began, nanos, Optional.of(finding(broken.get(), number)));
      }
      if (invariants.end(state)) {
        graph.end(number);
      }
      expand(state, number);
      if (number % PROGRESS_STATES == 0) {
        progress.accept(new Report.Progress(graph.size(), frontier.size(), depth));
      }
    }
    int stuck = graph.firstWithoutEnd();
    Optional<Report.Finding> finding =
        stuck < 0
            ? Optional.empty()
            : Optional.of(finding("I5: from here no end can be reached", stuck));
    return report(depth, began, nanos, finding);
  }

  private Report report(
      int depth, long began, LongSupplier nanos, Optional<Report.Finding> finding) {
    double seconds = (nanos.getAsLong() - began) / 1e9;
    return new Report(graph.size(), transitions, depth, graph.ends(), seconds, finding);
  }

  private void expand(State state, int number) {
    graph.from(number);
    int[] ordinal = {0};
    successors(
        state,
        (_, mishap, next) -> {
          transitions++;
          int to = found(next, number, ordinal[0]++);
          if (!mishap) {
            graph.edge(to < 0 ? -1 - to : to);
          }
        });
  }

  private int found(State state, int parent, int ordinal) {
    int number = graph.number(fingerprint(state), parent, ordinal);
    if (number < 0) {
      frontier.add(state);
    }
    return number;
  }

  private long fingerprint(State state) {
    long print;
    if (size.gateways() == 1) {
      print = state.fingerprint(straight, new int[] {0}, machines);
    } else {
      print =
          Math.min(
              state.fingerprint(straight, new int[] {0, 1}, machines),
              state.fingerprint(crossed, new int[] {1, 0}, machines));
    }
    // What is wrong was done by the step, and need not show in the state.
    return state.wrong == null ? print : print * 31 + state.wrong.hashCode();
  }

  private void successors(State state, Steps out) {
    for (int c = 0; c < state.controllers.length; c++) {
      controllers.steps(state, c, out);
    }
    for (int g = 0; g < state.gateways.length; g++) {
      gateways.steps(state, g, out);
      ops.steps(state, g, out);
    }
  }

  /// Takes the same steps once more, with their names.
  private Report.Finding finding(String what, int number) {
    List<Integer> ordinals = new ArrayList<>();
    for (int n = number; graph.parent(n) >= 0; n = graph.parent(n)) {
      ordinals.add(graph.ordinal(n));
    }
    Collections.reverse(ordinals);
    List<String> path = new ArrayList<>();
    State[] at = {Start.state(size, machines, controllers)};
    for (int wanted : ordinals) {
      int[] ordinal = {0};
      State from = at[0];
      successors(
          from,
          (name, _, next) -> {
            if (ordinal[0]++ == wanted) {
              path.add(name);
              at[0] = next;
            }
          });
    }
    return new Report.Finding(what, path);
  }

  private static int[] masks(Size size, boolean crossed) {
    int writes = size.writes();
    int all = 1 << (size.gateways() * writes);
    int[] masks = new int[all];
    for (int mask = 0; mask < all; mask++) {
      int low = mask & ((1 << writes) - 1);
      masks[mask] = crossed ? low << writes | mask >> writes : mask;
    }
    return masks;
  }
}
