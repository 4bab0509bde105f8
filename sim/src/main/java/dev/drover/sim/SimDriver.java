package dev.drover.sim;

import dev.drover.core.Certificate;
import dev.drover.core.ControllerId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Outcome;
import dev.drover.core.fleet.FleetView;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.records.Keys;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries out what one [Driver] decides, as the controller's shell does: one event at a time, its
/// effects in order, and while it waits for the store it takes nothing else.
final class SimDriver {
  private static final long RETRY_NANOS = 100_000_000;

  private final SimController controller;
  private final World world;
  private final PartitionId partition;
  private final Consumer<SimDriver> ended;
  private final ArrayDeque<DriverEvent> mailbox = new ArrayDeque<>();
  private final ArrayDeque<DriverEvent> answers = new ArrayDeque<>();
  private final ArrayDeque<DriverEffect> effects = new ArrayDeque<>();
  private final SimFleet fleet;
  private final SimMover mover;
  private Driver driver;
  private boolean waits;
  private boolean closed;
  private long wakeAtNanos = Long.MAX_VALUE;
  private @Nullable FleetView news;
  private Ownership.@Nullable Moving moving;

  SimDriver(
      SimController controller,
      ControllerId self,
      Partition record,
      long version,
      Consumer<SimDriver> ended) {
    this.controller = controller;
    this.world = controller.world;
    this.partition = record.id();
    this.ended = ended;
    this.driver =
        Driver.of(
            self,
            record,
            version,
            world.scenario().fleet().notes() && world.rules().comparesOnceAllKnow(),
            controller.now());
    this.mover = new SimMover(controller, partition, this::post);
    this.fleet = new SimFleet(controller, partition, this::fleetSeen);
  }

  void start() {
    fleet.follow();
    post(new DriverEvent.Woken());
  }

  Driver driver() {
    return driver;
  }

  /// What a home is to the move that it drives, or has ended: `source`, `target`, or nothing.
  String sideOf(SimHome home) {
    if (moving != null && moving.from().home().equals(home.id())) {
      return "source";
    }
    return moving != null && moving.to().home().equals(home.id()) ? "target" : "";
  }

  String stage() {
    return driver.stage().getClass().getSimpleName();
  }

  void recordSeen(Partition record, long version) {
    post(new DriverEvent.RecordSeen(record, version));
  }

  void abort(String reason) {
    post(new DriverEvent.AbortAsked(reason));
  }

  void close() {
    closed = true;
    mover.close();
    fleet.close();
  }

  private void fleetSeen(FleetView view) {
    boolean first = news == null;
    news = view;
    if (first) {
      post(new DriverEvent.FleetSeen(view));
    }
  }

  private void post(DriverEvent event) {
    if (!closed) {
      mailbox.add(event);
      controller.later(world.chance().between(1_000, 50_000), this::work);
    }
  }

  private void work() {
    while (!closed && !waits) {
      if (!effects.isEmpty()) {
        carryOut(effects.remove());
        continue;
      }
      DriverEvent event = answers.isEmpty() ? mailbox.poll() : answers.remove();
      if (event == null) {
        return;
      }
      take(event);
    }
  }

  private void take(DriverEvent event) {
    DriverEvent taken = event;
    if (event instanceof DriverEvent.FleetSeen) {
      FleetView newest = news;
      news = null;
      if (newest == null) {
        return;
      }
      taken = new DriverEvent.FleetSeen(world.rules().knowing(newest, driver.partition()));
    }
    Driver before = driver;
    Driver.Decision decision = before.decide(taken, controller.now());
    driver = decision.next();
    if (driver.partition().ownership() instanceof Ownership.Moving m) {
      moving = m;
    }
    boolean begins = taken instanceof DriverEvent.Woken;
    if (begins || !before.stage().getClass().equals(driver.stage().getClass())) {
      String to = stage();
      world.say(controller.name, () -> partition + ": " + to);
      world.coverage().stage(driver.stage());
      world.entered(driver.stage());
    }
    effects.addAll(decision.effects());
  }

  private void carryOut(DriverEffect effect) {
    switch (effect) {
      case DriverEffect.Write w -> write(w);
      case DriverEffect.ReadRecord _ -> read();
      case DriverEffect.ListFleet list -> list(list.epoch());
      case DriverEffect.Ask ask -> mover.ask(ask, driver.partition());
      case DriverEffect.StateWritten _ -> mover.stateWritten();
      case DriverEffect.CancelWork _ -> mover.cancel();
      case DriverEffect.Certify certify -> certify(certify.certificate());
      case DriverEffect.WakeAt wake -> wakeAt(wake.nanos());
      case DriverEffect.End end -> {
        world.say(controller.name, () -> partition + ": " + words(end.outcome()));
        world.coverage().outcome(end.outcome());
        close();
        ended.accept(this);
      }
    }
  }

  private static String words(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> "completed";
      case Outcome.Aborted a -> "aborted, " + a.reason();
      case Outcome.DebtsPaid _ -> "debts paid";
      case Outcome.Overtaken o -> "overtaken, " + o.reason();
    };
  }

  private <R> Consumer<R> answering(java.util.function.Function<R, DriverEvent> event) {
    waits = true;
    return answer -> {
      waits = false;
      answers.add(event.apply(answer));
      work();
    };
  }

  private void write(DriverEffect.Write write) {
    Partition before = driver.partition();
    Partition next = world.rules().written(before, write.next());
    world
        .store()
        .put(
            controller,
            Keys.partition(partition),
            next,
            write.expectedVersion(),
            null,
            Durability.SYNCED,
            answering(
                answer ->
                    switch (answer) {
                      case Answer.Ok<PutResult>(PutResult.Applied applied) ->
                          new DriverEvent.Written(applied.version());
                      case Answer.Ok<PutResult> _ -> new DriverEvent.Conflicted();
                      case Answer.Unknown<PutResult> _ -> new DriverEvent.OutcomeUnknown();
                      case Answer.Away<PutResult> _, Answer.Refused<PutResult> _ ->
                          new DriverEvent.StoreAway("away");
                    }));
  }

  private void read() {
    world.store().get(controller, Keys.partition(partition), answering(this::found));
  }

  private DriverEvent found(Answer<Optional<Entry>> answer) {
    if (!(answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> entry))) {
      return new DriverEvent.StoreAway("away");
    }
    if (entry.isEmpty()) {
      return new DriverEvent.Unreadable("the record is gone");
    }
    Optional<Partition> record = world.codec().partition(entry.get());
    return record.isPresent()
        ? new DriverEvent.Read(record.get(), entry.get().version())
        : new DriverEvent.Unreadable("the record does not check");
  }

  /// The first try is waited for; later ones go on beside the driver.
  private void list(long epoch) {
    waits = true;
    fleet.list(
        view -> {
          waits = false;
          if (view.isPresent()) {
            answers.add(listed(epoch, view.get()));
          } else {
            controller.later(RETRY_NANOS, () -> listAgain(epoch));
          }
          work();
        });
  }

  private void listAgain(long epoch) {
    if (!closed) {
      fleet.list(
          view ->
              view.ifPresentOrElse(
                  found -> post(listed(epoch, found)),
                  () -> controller.later(RETRY_NANOS, () -> listAgain(epoch))));
    }
  }

  private DriverEvent listed(long epoch, FleetView view) {
    return new DriverEvent.FleetListed(
        epoch,
        world
            .rules()
            .listed(
                world.rules().knowing(view, driver.partition()),
                driver.fleet().kind(),
                driver.partition()));
  }

  private void certify(Certificate certificate) {
    if (closed) {
      return;
    }
    world
        .store()
        .put(
            controller,
            Keys.certificate(certificate.move()),
            certificate,
            StateStore.ANY,
            null,
            Durability.ORDERED,
            answer -> {
              if (answer instanceof Answer.Ok<PutResult>) {
                post(new DriverEvent.Certified());
              } else {
                controller.later(RETRY_NANOS, () -> certify(certificate));
              }
            });
  }

  private void wakeAt(long nanos) {
    if (nanos < wakeAtNanos) {
      wakeAtNanos = nanos;
      controller.atLocal(nanos, this::timeCame);
    }
  }

  private void timeCame() {
    if (wakeAtNanos == Long.MAX_VALUE) {
      return;
    }
    if (controller.nanos() - wakeAtNanos >= 0) {
      wakeAtNanos = Long.MAX_VALUE;
      post(new DriverEvent.TimeCame());
    } else {
      controller.atLocal(wakeAtNanos, this::timeCame);
    }
  }
}
