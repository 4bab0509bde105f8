package dev.drover.torture;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.plan.Journey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the servers for moves, aborts and returns, and learns how they ended.
final class Moves {
  private static final Logger LOG = LoggerFactory.getLogger(Moves.class);
  private static final long ASK_MILLIS = 300;

  private final Fleet fleet;
  private final StoreLook look;
  private final Servers api;
  private final int scopes;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger aborted = new AtomicInteger();
  private final AtomicInteger returned = new AtomicInteger();
  private final ReentrantReadWriteLock asking = new ReentrantReadWriteLock(true);
  private volatile boolean stopped;
  private volatile List<String> awaited = List.of();

  /// @param scopes of which it is said how things stand
  Moves(Fleet fleet, StoreLook look, int scopes) {
    this.fleet = fleet;
    this.look = look;
    this.api = new Servers(fleet.apis());
    this.scopes = scopes;
  }

  int completed() {
    return completed.get();
  }

  int aborted() {
    return aborted.get();
  }

  /// How many moves went back to where the one before had come from.
  int returned() {
    return returned.get();
  }

  /// How many requests the server turned down, or could not be asked.
  int refused() {
    return refused.get();
  }

  /// Asks for all of them, each at its time; returns when each that was accepted has ended, or soon
  /// after [#stop].
  void run(List<Journey> journeys) throws InterruptedException {
    long begun = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Journey journey : journeys) {
        long wait = journey.at().toNanos() - (System.nanoTime() - begun);
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        if (!stopped) {
          threads.execute(() -> travel(journey));
        }
      }
    }
  }

  /// Asks for nothing more.
  void stop() {
    stopped = true;
  }

  /// Keeps all requests back until it is closed.
  Suspension suspended() {
    asking.writeLock().lock();
    return () -> asking.writeLock().unlock();
  }

  /// See [#suspended].
  interface Suspension extends AutoCloseable {
    @Override
    void close();
  }

  private void travel(Journey journey) {
    try {
      PartitionId id = fleet.partition(journey.scope());
      Placement now = look.places().get(id);
      if (now == null) {
        refused.incrementAndGet();
        return;
      }
      List<String> targets = fleet.subject().kit().targets(id.name(), now, fleet.homes());
      String scope = id.name();
      Optional<String> move = ask(scope, targets.get(journey.target() % targets.size()), journey);
      if (move.isEmpty()) {
        return;
      }
      if (journey.abortAfterMillis() >= 0) {
        Thread.sleep(journey.abortAfterMillis());
        abort(scope, journey);
      }
      boolean arrived = ended(move.get());
      String before = now.home().value();
      if (arrived && journey.back() && fleet.homes().contains(before) && !stopped) {
        Optional<String> back = ask(scope, before, journey);
        if (back.isPresent() && ended(back.get())) {
          returned.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> ask(String scope, String to, Journey journey) {
    try {
      asked.incrementAndGet();
      return Optional.of(ask(scope, to, journey.itemsPerSecondMax(), journey.target()));
    } catch (ApiException e) {
      refused.incrementAndGet();
      LOG.debug("the move of {} to {} was refused: {}", scope, to, e.why());
      return Optional.empty();
    }
  }

  /// Asks for one move.
  ///
  /// @param itemsPerSecondMax 0 for no limit
  /// @param which of the servers
  /// @return its id
  String ask(String scope, String to, int itemsPerSecondMax, int which) throws ApiException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("partition", scope);
    body.put("to", to);
    if (itemsPerSecondMax > 0) {
      body.put("itemsPerSecondMax", itemsPerSecondMax);
    }
    asking.readLock().lock();
    try {
      return Json.parse(api.post(which, "/v1/moves", body)).text("id");
    } finally {
      asking.readLock().unlock();
    }
  }

  /// As [#ask(String, String, int, int)].
  ///
  /// @return empty if the server turns it down, or cannot be asked
  Optional<String> askIfAllowed(PartitionId scope, String to, int itemsPerSecondMax, int which) {
    try {
      return Optional.of(ask(scope.name(), to, itemsPerSecondMax, which));
    } catch (ApiException e) {
      LOG.debug("the move of {} to {} was refused: {}", scope, to, e.why());
      return Optional.empty();
    }
  }

  /// Waits for the end of a move.
  ///
  /// @return what the server says of it then; empty if it has not ended by then
  Optional<Json> end(String id, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < end) {
      try {
        Json state = api.json("/v1/moves/" + ApiClient.encoded(id));
        if (state.has("outcome")) {
          return Optional.of(state);
        }
      } catch (ApiException e) {
        // The server is away, or the move between two of its places.
      }
      Thread.sleep(ASK_MILLIS);
    }
    return Optional.empty();
  }

  private void abort(String scope, Journey journey) {
    try {
      var _ =
          api.post(journey.scope(), "/v1/abort?partition=" + ApiClient.encoded(scope), Map.of());
    } catch (ApiException e) {
      LOG.debug("the abort of {} was refused: {}", scope, e.why());
    }
  }

  /// Waits for the end of a move, for as long as it takes until [#stop].
  ///
  /// @return whether it has completed
  private boolean ended(String id) throws InterruptedException {
    while (!stopped) {
      try {
        Json state = api.json("/v1/moves/" + ApiClient.encoded(id));
        if (state.has("outcome")) {
          boolean well = state.text("outcome").equals("COMPLETED");
          (well ? completed : aborted).incrementAndGet();
          if (!well) {
            LOG.debug("the move {} was aborted: {}", id, state.text("reason"));
          }
          return well;
        }
      } catch (ApiException e) {
        // The server is away, or the move between two of its places.
      }
      Thread.sleep(ASK_MILLIS);
    }
    return false;
  }

  // --- how things stand

  /// The scopes that do not move, owe nothing, and wait for no move; none if that cannot be said.
  Set<Integer> resting() {
    Set<Integer> resting = new HashSet<>();
    try {
      Set<String> busy = busy();
      for (int scope = 0; scope < scopes; scope++) {
        if (!busy.contains(fleet.partition(scope).name())) {
          resting.add(scope);
        }
      }
    } catch (ApiException e) {
      LOG.debug("what rests cannot be said: {}", e.why());
    }
    return resting;
  }

  /// As [#resting], once a server says it again.
  Set<Integer> restingAgain(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    Set<Integer> resting = resting();
    while (resting.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(ASK_MILLIS);
      resting = resting();
    }
    return resting;
  }

  private Set<String> busy() throws ApiException {
    Set<String> busy = new HashSet<>();
    Json status = api.json("/v1/status");
    status.items("moves").forEach(m -> busy.add(PartitionId.parse(m.text("partition")).name()));
    status.items("queued").forEach(m -> busy.add(PartitionId.parse(m.text("partition")).name()));
    for (Json partition : api.json("/v1/partitions").items()) {
      if (!partition.text("state").equals("Active")
          || !partition.get("work").items("owed").isEmpty()) {
        busy.add(partition.text("name"));
      }
    }
    return busy;
  }

  /// What [#awaitEnd] waits for just now.
  List<String> awaited() {
    return awaited;
  }

  /// Waits until every move has ended and nothing is owed.
  ///
  /// @return what has not, with what it waits for; empty if all has
  List<String> awaitEnd(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    List<String> left = List.of("the server was not asked");
    while (!left.isEmpty() && System.nanoTime() < end) {
      try {
        left = new ArrayList<>();
        for (String scope : busy()) {
          left.add(
              scope
                  + ": "
                  + new String(
                      api.get("/v1/explain?partition=" + ApiClient.encoded(scope)),
                      java.nio.charset.StandardCharsets.UTF_8));
        }
      } catch (ApiException e) {
        left = List.of("the server does not say: " + e.why());
      }
      awaited = left;
      if (!left.isEmpty()) {
        Thread.sleep(ASK_MILLIS);
      }
    }
    return left;
  }

  /// How many moves the server's history has, by how they ended.
  Map<String, Integer> history() throws ApiException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    api.json("/v1/history?max=1000000")
        .items()
        .forEach(m -> counts.merge(m.text("outcome"), 1, Integer::sum));
    return counts;
  }
}
