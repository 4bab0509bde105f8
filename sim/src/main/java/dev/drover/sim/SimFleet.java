package dev.drover.sim;

import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Keeps up with the gateways and with their receipts for one partition, as a driver's shell does.
final class SimFleet {
  private static final long RETRY_NANOS = 200_000_000;

  private final Proc controller;
  private final World world;
  private final PartitionId partition;
  private final Consumer<FleetView> seen;
  private final List<SimStore.Follower> followers = new ArrayList<>();
  private boolean closed;
  private int round;

  SimFleet(Proc controller, PartitionId partition, Consumer<FleetView> seen) {
    this.controller = controller;
    this.world = controller.world;
    this.partition = partition;
    this.seen = seen;
  }

  /// Lists all gateways and receipts, linearizably; empty if the store does not answer.
  void list(Consumer<Optional<FleetView>> then) {
    KnownFleet known = new KnownFleet(partition.engine(), new KnownFleet.Decoded());
    read(
        known,
        (gateways, receipts) -> then.accept(Optional.of(known.view())),
        () -> then.accept(Optional.empty()));
  }

  private void read(KnownFleet known, BiConsumer<Long, Long> then, Runnable failed) {
    world
        .store()
        .list(
            controller,
            Keys.GATEWAYS,
            gateways -> {
              if (!(gateways instanceof Answer.Ok<Listing>(Listing all))) {
                failed.run();
                return;
              }
              all.entries().forEach(known::put);
              known.gatewaysAsOf(all.revision());
              world
                  .store()
                  .list(
                      controller,
                      Keys.receipts(partition),
                      receipts -> {
                        if (receipts instanceof Answer.Ok<Listing>(Listing given)) {
                          given.entries().forEach(known::put);
                          then.accept(all.revision(), given.revision());
                        } else {
                          failed.run();
                        }
                      });
            });
  }

  /// Begins to follow; after a lost watch it begins again by itself.
  void follow() {
    if (closed) {
      return;
    }
    followers.forEach(SimStore.Follower::close);
    followers.clear();
    int mine = ++round;
    world.say(controller.name, () -> "follows the fleet of " + partition);
    KnownFleet known = new KnownFleet(partition.engine(), new KnownFleet.Decoded());
    read(
        known,
        (gateways, receipts) -> {
          if (!closed && mine == round) {
            seen.accept(known.view());
            follow(known, Keys.GATEWAYS, gateways, mine);
            follow(known, Keys.receipts(partition), receipts, mine);
          }
        },
        () -> controller.later(RETRY_NANOS, this::follow));
  }

  private void follow(KnownFleet known, String prefix, long after, int mine) {
    followers.add(
        world
            .store()
            .follow(
                controller,
                prefix,
                after,
                events -> changed(known, events),
                () -> {
                  if (mine == round) {
                    follow();
                  }
                }));
  }

  private void changed(KnownFleet known, List<Event> events) {
    for (Event event : events) {
      switch (event) {
        case Event.Written(Entry entry) -> known.put(entry);
        case Event.Deleted d -> known.remove(d.key());
      }
      if (event.key().startsWith(Keys.GATEWAYS)) {
        known.gatewaysAsOf(event.revision());
      }
    }
    seen.accept(known.view());
  }

  void close() {
    closed = true;
    followers.forEach(SimStore.Follower::close);
  }
}
