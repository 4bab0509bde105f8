package dev.drover.control;

import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.Transition;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Begins the moves that wait, in their order, as far as their homes have room and a look at them
/// has passed.
final class Beginnings {
  private final ControllerOptions options;
  private final StateStore store;
  private final Catalog catalog;
  private final Queue queue;
  private final Requests requests;
  private final Rechecks rechecks;
  private final History history;
  private final DriverClaims claims;
  private final Drivers drivers;
  private final Endings endings;

  Beginnings(
      ControllerOptions options,
      StateStore store,
      Catalog catalog,
      Queue queue,
      Requests requests,
      Rechecks rechecks,
      History history,
      DriverClaims claims,
      Drivers drivers,
      Endings endings) {
    this.options = options;
    this.store = store;
    this.catalog = catalog;
    this.queue = queue;
    this.requests = requests;
    this.rechecks = rechecks;
    this.history = history;
    this.claims = claims;
    this.drivers = drivers;
    this.endings = endings;
  }

  /// Begins what can begin. To begin many takes longer than the lease under which they are claimed,
  /// so it stops where the lease has to be renewed first.
  ///
  /// @return whether it has stopped there, and is to be called again
  boolean begin(Leadership leadership) throws StoreException {
    Queue.Admission admission = Queue.Admission.beside(drivers.all(), options.movesPerHomeMax());
    List<MoveRequest> waiting = queue.all();
    rechecks.keep(waiting.stream().map(MoveRequest::id).collect(Collectors.toSet()));
    for (MoveRequest next : waiting) {
      Optional<HomeId> from = atRest(next);
      if (from.isEmpty() || !admission.admits(from.get(), next.to())) {
        continue;
      }
      if (leadership.due()) {
        return true;
      }
      Rechecks.Result looked = rechecks.of(next);
      if (looked instanceof Rechecks.Result.Pending) {
        continue;
      }
      // After a crash between beginning and taking it out of the queue it may have ended.
      if (queue.holds(next.id()) && history.find(next.id()).isEmpty() && !begun(next, looked)) {
        return false;
      }
      queue.remove(next.id());
    }
    return false;
  }

  private boolean begun(MoveRequest next, Rechecks.Result looked) throws StoreException {
    if (looked instanceof Rechecks.Result.Refused refused) {
      endings.notBegun(
          next, catalog.find(next.partition()).orElseThrow().partition(), refused.reason());
      return true;
    }
    return begin(next);
  }

  /// Where the partition of a request is, if it may begin to move.
  private Optional<HomeId> atRest(MoveRequest request) {
    return catalog
        .find(request.partition())
        .map(Catalog.Known::partition)
        .filter(p -> ready(p, request))
        .map(p -> p.ownership().reads().home());
  }

  /// A takeover waits for no debts, which may be owed at the very home that is lost.
  private boolean ready(Partition p, MoveRequest request) {
    DriverShell shell = drivers.of(p.id());
    boolean atRest = p.owed().isEmpty() && shell == null;
    boolean owesOnly = shell == null || !shell.driver().ended();
    return !p.moving() && (atRest || (request.options().takeover() && owesOnly));
  }

  /// @return false if it is to be tried again: whoever drove the partition last has not let go of
  ///   it
  private boolean begin(MoveRequest request) throws StoreException {
    Catalog.Known known = catalog.find(request.partition()).orElseThrow();
    switch (requests.begun(known.partition(), request)) {
      case Transition.Refused refused ->
          endings.notBegun(request, known.partition(), refused.why().message());
      case Transition.Granted granted -> {
        if (!drivers.letGo(request.partition()) || !claims.claim(request.partition())) {
          return false;
        }
        PutResult result =
            store.put(
                Keys.partition(request.partition()),
                Records.encode(granted.next()),
                known.version(),
                null);
        switch (result) {
          case PutResult.Applied applied -> drivers.drive(granted.next(), applied.version());
          case PutResult.Conflict _ ->
              endings.notBegun(
                  request, known.partition(), "the partition has changed meanwhile; ask again");
        }
      }
    }
    return true;
  }
}
