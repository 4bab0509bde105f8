package dev.drover.sim.scale;

import dev.drover.core.ControllerId;
import dev.drover.core.Partition;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Work;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// One driver: the machine of `core`, on which each event costs time of the server's CPUs, which it
/// shares with the other drivers. Its mover has nothing to copy.
final class ScaledDriver {
  private final Clockwork time;
  private final Costs costs;
  private final QueuedStore store;
  private final Workers cpus;
  private final Consumer<Outcome> ended;
  private final Consumer<Runnable> copied;
  private final ArrayDeque<DriverEvent> mailbox = new ArrayDeque<>();
  private Driver driver;
  private boolean busy;
  private boolean fleetNews;
  private long views;

  /// @param record moves, at `version`
  /// @param copied takes what is to go on when the copy has ended
  ScaledDriver(
      Clockwork time,
      Costs costs,
      QueuedStore store,
      Workers cpus,
      Partition record,
      long version,
      Consumer<Runnable> copied,
      Consumer<Outcome> ended) {
    this.time = time;
    this.costs = costs;
    this.store = store;
    this.cpus = cpus;
    this.copied = copied;
    this.ended = ended;
    this.driver = Driver.of(new ControllerId("scale"), record, version, time.now());
    store.followReceipts(record.id(), this::fleetChanged);
    post(new DriverEvent.Woken());
  }

  /// How many views of the fleet it has looked at.
  long views() {
    return views;
  }

  /// As in the shell: only one waits, and it is made when its turn comes.
  private void fleetChanged() {
    if (!fleetNews) {
      fleetNews = true;
      post(new DriverEvent.FleetSeen(FleetView.EMPTY));
    }
  }

  private void post(DriverEvent event) {
    mailbox.add(event);
    next();
  }

  private void next() {
    if (busy || mailbox.isEmpty() || driver.ended()) {
      return;
    }
    busy = true;
    DriverEvent event = mailbox.remove();
    if (event instanceof DriverEvent.FleetSeen) {
      fleetNews = false;
      views++;
      FleetView view = store.view(driver.partition().id());
      long nanos = costs.drivers().event() + view.gateways().size() * costs.drivers().seenGateway();
      cpus.work(nanos, () -> take(new DriverEvent.FleetSeen(view)));
    } else {
      cpus.work(costs.drivers().event(), () -> take(event));
    }
  }

  private void take(DriverEvent event) {
    Driver.Decision decision = driver.decide(event, time.now());
    driver = decision.next();
    carryOut(new ArrayDeque<>(decision.effects()));
  }

  /// One effect after the other; those that wait for the store let the next ones wait.
  private void carryOut(ArrayDeque<DriverEffect> effects) {
    if (effects.isEmpty()) {
      busy = false;
      next();
      return;
    }
    switch (effects.remove()) {
      case DriverEffect.Write w ->
          store.putRecord(
              w.next(),
              w.expectedVersion(),
              version -> {
                mailbox.addFirst(
                    version < 0 ? new DriverEvent.Conflicted() : new DriverEvent.Written(version));
                carryOut(effects);
              });
      case DriverEffect.ListFleet list -> {
        long nanos =
            store.listNanos(driver.partition().id())
                + store.view(driver.partition().id()).receipts().size()
                    * costs.drivers().decodedReceipt();
        long away = 4 * time.drawn(costs.network().driverToStore());
        time.in(
            away,
            () ->
                cpus.work(
                    nanos,
                    () -> {
                      mailbox.addFirst(
                          new DriverEvent.FleetListed(
                              list.epoch(), store.view(driver.partition().id())));
                      carryOut(effects);
                    }));
      }
      case DriverEffect effect -> {
        carryOut(effect);
        carryOut(effects);
      }
    }
  }

  private void carryOut(DriverEffect effect) {
    switch (effect) {
      case DriverEffect.Ask ask when ask.work() == Work.COPY ->
          copied.accept(() -> post(new DriverEvent.Done(Work.COPY)));
      case DriverEffect.Ask ask ->
          time.in(time.drawn(costs.home()), () -> post(answer(ask.work())));
      case DriverEffect.Certify _ -> store.putOther(() -> post(new DriverEvent.Certified()));
      case DriverEffect.WakeAt wake ->
          time.in(wake.nanos() - time.nanos(), () -> post(new DriverEvent.TimeCame()));
      case DriverEffect.End end -> ended.accept(end.outcome());
      case DriverEffect.CancelWork _, DriverEffect.StateWritten _ -> {}
      case DriverEffect.Write _, DriverEffect.ListFleet _, DriverEffect.ReadRecord _ ->
          throw new IllegalStateException("not here: " + effect);
    }
  }

  private static DriverEvent answer(Work work) {
    return switch (work) {
      case RAISE_FENCE, PREPARE, COPY, UNFENCE_SOURCE -> new DriverEvent.Done(work);
      case UNDO -> new DriverEvent.Undone(List.of());
      case VERIFY -> new DriverEvent.Verified(new Verification(0, 0, 0, ""));
      case FOLLOW -> new DriverEvent.Followed(new Tail(0, 0, 0, 1, 0, 0));
      case FENCE_SOURCE -> new DriverEvent.SourceFenced(true);
      case SETTLE -> new DriverEvent.SettleEnded(new Settlement.Settled("", 0, 0, 0));
      case STRAYS -> new DriverEvent.StraysSeen(List.of());
    };
  }
}
