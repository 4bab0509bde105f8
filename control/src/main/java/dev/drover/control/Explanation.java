package dev.drover.control;

import dev.drover.core.Clocks;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.mover.EngineTraits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Says what a driver waits for, since when, for how long at most, and how to end it
/// (docs/design.md, C6).
final class Explanation {
  private final Driver driver;
  private final Progress progress;
  private final EngineTraits traits;
  private final LeaseOptions leases;
  private final long nowNanos;
  private final long nowMillis;
  private final List<Wait> waits = new ArrayList<>();

  private Explanation(
      Driver driver, Progress progress, EngineTraits traits, LeaseOptions leases, Clocks clocks) {
    this.driver = driver;
    this.progress = progress;
    this.traits = traits;
    this.leases = leases;
    this.nowNanos = clocks.nanos();
    this.nowMillis = clocks.wallMillis();
  }

  /// @param leases how long gateways' leases last
  static List<Wait> of(
      Driver driver, Progress progress, EngineTraits traits, LeaseOptions leases, Clocks clocks) {
    return new Explanation(driver, progress, traits, leases, clocks).all();
  }

  private List<Wait> all() {
    abort();
    driver.pending().ifPresent(p -> waits.add(pending(p)));
    stage();
    fleet();
    String said = progress.said().waitingFor();
    if (!said.isEmpty()) {
      waits.add(Wait.of(said));
    }
    return waits;
  }

  private long wall(long nanos) {
    return nowMillis + (nanos - nowNanos) / 1_000_000;
  }

  private String partition() {
    return driver.partition().id().toString();
  }

  private void abort() {
    if (driver.abort().isPresent() && driver.partition().moving()) {
      waits.add(
          Wait.of("the abort to be written, which was asked for (" + driver.abort().get() + ")")
              .until(-1, "what follows comes first"));
    }
  }

  private Wait pending(Driver.Pending pending) {
    String what =
        switch (pending.state()) {
          case SENT -> "the store to answer a compare-and-set";
          case WAITING_TO_SEND -> "the store, which cannot be reached, to take the next step";
          case READING, WAITING_TO_READ ->
              "the store to say whether the last compare-and-set was done";
        };
    Wait wait = Wait.of(what).since(wall(pending.sentAtNanos()));
    return pending.state() == Driver.PendingState.SENT
        ? wait.until(-1, "it answers, or is asked what has become of it")
        : wait.until(-1, "it is asked again until it answers")
            .remedy("See whether the store runs and can be reached from this server");
  }

  /// Work that goes on until it is done.
  private Wait work(String what) {
    return Wait.of(what)
        .since(wall(progress.stageSinceNanos()))
        .until(
            -1, "it lasts as long as it takes; 'drover abort " + partition() + "' ends the move");
  }

  private void stage() {
    Stage stage = driver.stage() instanceof Stage.Saving saving ? saving.during() : driver.stage();
    switch (stage) {
      case Stage.Fencing _ -> waits.add(work("the target to refuse older drivers"));
      case Stage.Looking _ -> waits.add(work("the store to say where things stand"));
      case Stage.Unfencing _ -> {
        waits.add(work("the fence at the source to be lifted"));
        lastHold();
      }
      case Stage.Preparing _ -> waits.add(work("change capture to begin at the source"));
      case Stage.Copying _ -> waits.add(work("the copy to end"));
      case Stage.Copied _ ->
          waits.add(
              work(
                  "every gateway to confirm that the partition moves; the comparison of both homes begins then"));
      case Stage.Verifying _ -> waits.add(work("the comparison of both homes to end"));
      case Stage.Following f -> following(f);
      case Stage.Holding h when h.fenced().isEmpty() ->
          waits.add(held(Wait.of("the source to be fenced"), h.hold()));
      case Stage.Settling s -> waits.add(held(Wait.of("the last tail"), s.hold()));
      case Stage.Opening o when !o.certified() ->
          waits.add(
              Wait.of("the certificate to be stored")
                  .since(wall(progress.stageSinceNanos()))
                  .until(-1, "it is tried until it is"));
      case Stage.Inspecting _ ->
          waits.add(
              Wait.of("a look for writes at the old home")
                  .since(wall(progress.stageSinceNanos()))
                  .until(-1, "it ends by itself; clients are served at the new home"));
      case Stage.Repaying r -> waits.add(debt(r));
      case Stage.Lifting l -> waits.add(lifting(l));
      case Stage.Claiming _,
          Stage.Noting _,
          Stage.Entering _,
          Stage.Holding _,
          Stage.Committing _ -> {}
      case Stage.Reopening _,
          Stage.Releasing _,
          Stage.Saving _,
          Stage.Opening _,
          Stage.Completing _,
          Stage.Aborting _,
          Stage.Striking _,
          Stage.Ended _ -> {}
    }
  }

  private Wait lifting(Stage.Lifting lifting) {
    String home = driver.partition().ownership().reads().home().value();
    return Wait.of(
            "home '%s' to take writes again, which the hold has stopped there".formatted(home))
        .since(wall(progress.stageSinceNanos()))
        .until(
            -1,
            "it is tried until it is done"
                + lifting.failure().map(why -> "; the last try failed: " + why).orElse(""))
        .remedy(
            "Until then writes of this partition wait at the gateways, or are refused with an error that says to retry. See whether home '%s' runs and can be reached"
                .formatted(home));
  }

  private Wait debt(Stage.Repaying r) {
    Wait wait = Wait.of(traits.undoing(r.undo()) + " to end");
    return r.failure()
        .map(
            why ->
                wait.until(
                        -1, "the last try failed: " + why + "; it is tried again until it is done")
                    .remedy(
                        "Clients are not affected. Bring home '"
                            + r.undo().at().home()
                            + "' back; until then the partition begins no other move"))
        .orElseGet(
            () ->
                wait.since(wall(progress.stageSinceNanos()))
                    .until(
                        -1,
                        "it lasts as long as it takes; until then the partition begins no other move"));
  }

  /// Of a wait within a hold.
  private Wait held(Wait wait, Stage.Hold hold) {
    Move move = driver.partition().move().orElseThrow();
    boolean last = move.attempt() >= move.budget().attemptsMax();
    return wait.since(wall(hold.sinceNanos()))
        .until(
            wall(hold.deadlineNanos()),
            "writes go on at the old home and the move %s (this is attempt %d of %d)"
                .formatted(
                    last ? "is aborted" : "tries again",
                    move.attempt(),
                    move.budget().attemptsMax()));
  }

  private void lastHold() {
    if (!progress.lastHold().isEmpty()) {
      waits.add(Wait.of("another attempt, because the last one failed: " + progress.lastHold()));
    }
  }

  private void following(Stage.Following f) {
    Move move = driver.partition().move().orElseThrow();
    if (f.notBeforeNanos() - nowNanos > 0) {
      waits.add(
          Wait.of(
                  "the pause after attempt %d of %d, which failed%s"
                      .formatted(
                          move.attempt() - 1,
                          move.budget().attemptsMax(),
                          progress.lastHold().isEmpty() ? "" : ": " + progress.lastHold()))
              .since(wall(f.sinceNanos()))
              .until(wall(f.notBeforeNanos()), "it tries again"));
    }
    if (f.tail().isPresent() && f.predictedNanos() > move.budget().pause().toNanos()) {
      String slowest = f.tail().get().slowest();
      waits.add(
          Wait.of(
                  "the tail to fit the budget: a cutover would hold writers for about %d ms of %d ms%s; %d items behind at %.0f changes/s"
                      .formatted(
                          f.predictedNanos() / 1_000_000,
                          move.budget().pause().toMillis(),
                          slowest.isEmpty() ? "" : ", most of it for " + slowest,
                          f.tail().get().lagItems(),
                          f.tail().get().changesPerSecond()))
              .since(wall(f.sinceNanos()))
              .until(endOfPatience(f), "the move is aborted")
              .remedy(
                  (f.tail().get().changesPerSecond() < 1
                          ? "Nothing is written, so machine, network or homes are slow just now: wait"
                          : "Have its writers write less")
                      + ", or abort the move and begin it with a longer --budget"));
    }
  }

  private long endOfPatience(Stage.Following f) {
    Duration patience = driver.partition().move().orElseThrow().budget().patience();
    return wall(f.sinceNanos() + patience.toNanos());
  }

  private void unaware() {
    FleetWait fleet = driver.fleet();
    String home = fleet.target().map(HomeId::value).orElse("");
    fleet.unaware().stream()
        .sorted(Comparator.comparing(GatewayId::value))
        .map(
            gateway ->
                Wait.of(
                        "gateway %s, whose configuration does not name home '%s': its clients would be refused there"
                            .formatted(gateway, home))
                    .remedy("Add the home to it and restart the gateway, or stop the gateway"))
        .map(
            wait ->
                driver.stage() instanceof Stage.Following f
                    ? wait.since(wall(f.sinceNanos()))
                        .until(endOfPatience(f), "the move is aborted")
                    : wait)
        .forEach(waits::add);
  }

  private void fleet() {
    FleetWait fleet = driver.fleet();
    if (!(driver.partition().ownership() instanceof Ownership.Moving)) {
      return;
    }
    unaware();
    if (fleet.done()) {
      return;
    }
    if (!fleet.listed()) {
      waits.add(Wait.of("the store to list the gateways").since(wall(fleet.askedAtNanos())));
    }
    fleet.awaited().keySet().stream().sorted().forEach(this::gateway);
  }

  private void gateway(GatewayId gateway) {
    List<RequestUnderWay> requests = driver.fleet().requests(gateway, driver.partition().id());
    if (requests.isEmpty()) {
      waits.add(silent(gateway));
    }
    requests.forEach(request -> waits.add(request(gateway, request)));
  }

  private static Optional<Stage.Hold> hold(Stage stage) {
    return stage instanceof Stage.Holding h ? Optional.of(h.hold()) : Optional.empty();
  }

  /// It has not confirmed, and says nothing of why.
  private Wait silent(GatewayId gateway) {
    FleetWait fleet = driver.fleet();
    Partition p = driver.partition();
    boolean isLong = fleet.kind() == LeaseKind.LONG;
    Duration lasts = isLong ? leases.longLease() : leases.shortLease();
    long asked = wall(fleet.askedAtNanos());
    Wait wait = Wait.of("gateway %s to confirm %s".formatted(gateway, p.ownership().label()));
    String lease = isLong ? "long" : "short";
    String remedy =
        "If gateway %s has hung or died, its %s lease (%d s) ends by itself, and the move goes on without it. To end it now, stop its process; where that cannot be done, 'drover gateways forget %s --force' says what it may cost"
            .formatted(gateway, lease, lasts.toSeconds(), gateway);
    return hold(driver.stage())
        .map(hold -> held(wait, hold).remedy(remedy))
        .orElseGet(
            () ->
                wait.since(asked)
                    .until(
                        asked + lasts.toMillis(),
                        "its %s lease has ended, unless it was alive after it was asked"
                            .formatted(lease))
                    .remedy(remedy));
  }

  private Wait request(GatewayId gateway, RequestUnderWay request) {
    String limit =
        request.endsInMillis() < 0
            ? request.limit()
            : "%s, in %.1f s at most".formatted(request.limit(), request.endsInMillis() / 1e3);
    Wait wait =
        Wait.of(
                "%s, at gateway %s; it holds a pass, so the gateway cannot confirm %s%s"
                    .formatted(
                        request.words(),
                        gateway,
                        driver.partition().ownership().label(),
                        limit.isEmpty() ? "" : "; " + limit))
            .remedy(request.remedy());
    return hold(driver.stage())
        .map(hold -> held(wait, hold))
        .orElseGet(() -> wait.since(wall(driver.fleet().askedAtNanos())));
  }
}
