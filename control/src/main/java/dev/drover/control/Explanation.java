package dev.drover.control;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Says in words what a driver waits for (DESIGN.md C6).
final class Explanation {
  private Explanation() {}

  static List<String> of(Driver driver, Progress.Said said, long nowNanos) {
    List<String> waits = new ArrayList<>();
    driver.pending().ifPresent(p -> waits.add(pending(p)));
    stage(driver, waits, nowNanos);
    fleet(driver, waits, nowNanos);
    if (!said.waitingFor().isEmpty()) {
      waits.add(said.waitingFor());
    }
    return waits;
  }

  private static String pending(Driver.Pending pending) {
    return switch (pending.state()) {
      case SENT -> "the store to answer a compare-and-set";
      case WAITING_TO_SEND ->
          "the store, which cannot be reached: the next step is written as soon as it can";
      case READING, WAITING_TO_READ -> "the store to say whether the last compare-and-set was done";
    };
  }

  private static void stage(Driver driver, List<String> waits, long nowNanos) {
    switch (driver.stage()) {
      case Stage.Fencing _ -> waits.add("the target to refuse older drivers");
      case Stage.Looking _ -> waits.add("the store to say where things stand");
      case Stage.Unfencing _ -> waits.add("the fence at the source to be lifted");
      case Stage.Preparing _ -> waits.add("change capture to begin at the source");
      case Stage.Copying _ -> waits.add("the copy to end");
      case Stage.Verifying _ -> waits.add("the comparison of both homes to end");
      case Stage.Following f -> following(driver, f, waits, nowNanos);
      case Stage.Holding h when h.fenced().isEmpty() -> waits.add("the source to be fenced");
      case Stage.Settling _ -> waits.add("the last tail");
      case Stage.Opening o when !o.certified() -> waits.add("the certificate to be stored");
      case Stage.Inspecting _ -> waits.add("a look for writes at the old home");
      case Stage.Repaying r ->
          waits.add(
              "'"
                  + r.undo()
                  + "' to be worked off"
                  + r.failure().map(why -> "; the last try failed: " + why).orElse(""));
      case Stage.Claiming _,
          Stage.Noting _,
          Stage.Entering _,
          Stage.Holding _,
          Stage.Committing _ -> {}
      case Stage.Reopening _,
          Stage.Opening _,
          Stage.Completing _,
          Stage.Aborting _,
          Stage.Striking _,
          Stage.Ended _ -> {}
    }
  }

  private static void following(
      Driver driver, Stage.Following f, List<String> waits, long nowNanos) {
    Move move = driver.partition().move().orElseThrow();
    long backoffMillis = (f.notBeforeNanos() - nowNanos) / 1_000_000;
    if (backoffMillis > 0) {
      waits.add(
          "the backoff after attempt " + (move.attempt() - 1) + ", " + backoffMillis + " ms more");
    }
    if (f.tail().isPresent() && f.predictedNanos() > move.budget().pause().toNanos()) {
      waits.add(
          "the tail to fit the budget: a cutover would hold writers for about %d ms of %d ms%s; %d items behind at %.0f changes/s"
              .formatted(
                  f.predictedNanos() / 1_000_000,
                  move.budget().pause().toMillis(),
                  f.tail().get().slowest().isEmpty()
                      ? ""
                      : ", most of it for " + f.tail().get().slowest(),
                  f.tail().get().lagItems(),
                  f.tail().get().changesPerSecond()));
    }
  }

  private static void unaware(Driver driver, List<String> waits, long nowNanos) {
    FleetWait fleet = driver.fleet();
    String home = fleet.target().map(HomeId::value).orElse("");
    String until =
        driver.stage() instanceof Stage.Following f
            ? "; the move is aborted if that takes longer than %d s more"
                .formatted(leftSeconds(driver, f, nowNanos))
            : "";
    fleet.unaware().stream()
        .sorted(Comparator.comparing(GatewayId::value))
        .forEach(
            gateway ->
                waits.add(
                    "gateway %s, whose configuration does not name home '%s': its clients would be refused there. Add the home to it and restart the gateway, or stop the gateway%s"
                        .formatted(gateway, home, until)));
  }

  private static long leftSeconds(Driver driver, Stage.Following f, long nowNanos) {
    long patienceNanos = driver.partition().move().orElseThrow().budget().patience().toNanos();
    return Math.max(0, (f.sinceNanos() + patienceNanos - nowNanos) / 1_000_000_000);
  }

  private static void fleet(Driver driver, List<String> waits, long nowNanos) {
    FleetWait fleet = driver.fleet();
    if (!(driver.partition().ownership() instanceof Ownership.Moving)) {
      return;
    }
    unaware(driver, waits, nowNanos);
    if (fleet.done()) {
      return;
    }
    if (!fleet.listed()) {
      waits.add("the store to list the gateways");
    }
    String what = driver.partition().ownership().label();
    String until =
        fleet.kind() == LeaseKind.LONG ? "its long lease has ended" : "its short lease has ended";
    fleet.awaited().keySet().stream()
        .sorted()
        .forEach(
            gateway ->
                waits.add("gateway " + gateway + " to confirm " + what + ", or until " + until));
  }
}
