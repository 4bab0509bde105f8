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
/// Gateways are alike, and so are the writes of each: [Symmetry]. Steps that nobody could notice
/// are taken at once: [Prompt]. A pause of anyone is that it takes no step for a while, so every
/// pause is among the ways that are taken. Time is left out: deadlines pass, and leases end, at any
/// moment.
public final class Explorer {
  /// As many states as there is room for in its tables, whatever the memory.
  public static final int STATES_MAX = 500_000_000;

  private static final int PROGRESS_STATES = 1 << 14;

  private final Machines machines;
  private final ControllerSteps controllers;
  private final GatewaySteps gateways;
  private final OpSteps ops;
  private final Invariants invariants;
  private final Size size;
  private final int statesMax;
  private final Prompt prompt;
  private final Symmetry symmetry;
  private final Graph graph = new Graph();
  private final ArrayDeque<State> frontier = new ArrayDeque<>();
  private long transitions;
  private int depth;

  private Explorer(Size size, Set<Deviation> deviations, int statesMax) {
    this.size = size;
    this.statesMax = statesMax;
    machines = new Machines(deviations, size.blocks());
    controllers = new ControllerSteps(machines);
    gateways = new GatewaySteps(machines);
    ops = new OpSteps(machines);
    invariants = new Invariants(machines);
    prompt = new Prompt(machines, controllers, gateways);
    symmetry = new Symmetry(size, machines);
  }

  /// Explores the fleet of this size.
  ///
  /// @param statesMax it stops once it knows so many
  /// @param progress told now and then
  /// @param nanos a monotonic clock
  public static Report explore(
      Size size, int statesMax, Consumer<Report.Progress> progress, LongSupplier nanos) {
    return new Explorer(size, Set.of(), statesMax).run(progress, nanos);
  }

  static Report explore(Size size, Set<Deviation> deviations, LongSupplier nanos) {
    return new Explorer(size, deviations, STATES_MAX).run(_ -> {}, nanos);
  }

  private Report run(Consumer<Report.Progress> progress, LongSupplier nanos) {
    long began = nanos.getAsLong();
    Optional<Report.Finding> finding = visit(progress);
    boolean whole = frontier.isEmpty();
    if (whole && finding.isEmpty()) {
      int stuck = graph.firstWithoutEnd();
      finding =
          stuck < 0
              ? Optional.empty()
              : Optional.of(finding("I5: from here no end can be reached", stuck));
    }
    double seconds = (nanos.getAsLong() - began) / 1e9;
    return new Report(graph.size(), transitions, depth, graph.ends(), seconds, whole, finding);
  }

  /// Visits states until there are no more, one is wrong, or the limit is reached.
  private Optional<Report.Finding> visit(Consumer<Report.Progress> progress) {
    State start = Start.state(size, machines, controllers);
    prompt.take(start);
    if (found(start, -1, 0) >= 0) {
      throw new IllegalStateException("the start was known");
    }
    int lastOfLevel = 0;
    for (int number = 0; !frontier.isEmpty() && graph.size() < statesMax; number++) {
      if (number > lastOfLevel) {
        lastOfLevel = graph.size() - 1;
        depth++;
      }
      State state = frontier.remove();
      Optional<String> broken = invariants.broken(state);
      if (broken.isPresent()) {
        return Optional.of(finding(broken.get(), number));
      }
      if (invariants.end(state)) {
        graph.end(number);
      }
      expand(state, number);
      if (number % PROGRESS_STATES == 0) {
        progress.accept(new Report.Progress(graph.size(), frontier.size(), depth));
      }
    }
    return Optional.empty();
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
    int number = graph.number(symmetry.fingerprint(state), parent, ordinal);
    if (number < 0) {
      frontier.add(state);
    }
    return number;
  }

  private void successors(State state, Steps each) {
    Steps out =
        (name, mishap, next) -> {
          prompt.take(next);
          each.step(name, mishap, next);
        };
    for (int c = 0; c < state.controllers.length; c++) {
      controllers.steps(state, c, out);
    }
    for (int g = 0; g < state.gateways.length; g++) {
      gateways.steps(state, g, out);
      ops.steps(state, g, out);
    }
    if (state.may(Mishap.STORE_CRASH)) {
      out.step(() -> "the store crashes", true, gateways.storeCrashes(state));
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
    prompt.take(at[0]);
    for (int wanted : ordinals) {
      int[] ordinal = {0};
      State from = at[0];
      successors(
          from,
          (name, _, next) -> {
            if (ordinal[0]++ == wanted) {
              path.add(name.get());
              at[0] = next;
            }
          });
    }
    return new Report.Finding(what, path);
  }
}
