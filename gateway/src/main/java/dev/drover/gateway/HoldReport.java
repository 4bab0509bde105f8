package dev.drover.gateway;

import dev.drover.core.GatewayId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.fleet.Sessions;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.RequestsRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the store, for `drover explain`, which requests keep this gateway from confirming a hold.
///
/// It stands between the control and the data path, to know which gates are closed. While none is,
/// its thread sleeps and nothing is done. A gate that is closed for longer than [#AFTER_NANOS] and
/// not quiet is asked about; at most once in [#EVERY_NANOS] something is written.
final class HoldReport implements RouteListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HoldReport.class);

  private static final long LOOK_MILLIS = 100;
  private static final long AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ANSWER_MILLIS_MAX = 500;

  private final GatewayId gateway;
  private final StateStore store;
  private final Sessions sessions;
  private final RouteListener dataPath;
  private final LongSupplier nanoClock;
  private final Map<PartitionId, Closed> closed = new ConcurrentHashMap<>();
  private final Semaphore someClosed = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("hold-report").unstarted(this::run);
  private boolean told;
  private long toldAtNanos;

  private record Closed(Gate gate, long sinceNanos) {}

  HoldReport(GatewayOptions options, StateStore store, Sessions sessions, RouteListener dataPath) {
    this.gateway = options.id();
    this.store = store;
    this.sessions = sessions;
    this.dataPath = dataPath;
    this.nanoClock = options.clocks().nanoClock();
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  @Override
  public void joined(Guard rest) {
    dataPath.joined(rest);
  }

  @Override
  public void added(Gate gate) {
    dataPath.added(gate);
    note(gate);
  }

  @Override
  public void removed(PartitionId partition) {
    closed.remove(partition);
    dataPath.removed(partition);
  }

  @Override
  public void routed(Gate gate) {
    dataPath.routed(gate);
    note(gate);
  }

  private void note(Gate gate) {
    if (gate.route().writes() != null) {
      closed.remove(gate.partition());
    } else if (closed.putIfAbsent(gate.partition(), new Closed(gate, nanoClock.getAsLong()))
        == null) {
      someClosed.release();
    }
  }

  private void run() {
    try {
      while (true) {
        if (closed.isEmpty() && !told) {
          someClosed.acquire();
        }
        someClosed.drainPermits();
        Thread.sleep(LOOK_MILLIS);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    if (told && nanoClock.getAsLong() - toldAtNanos < EVERY_NANOS) {
      return;
    }
    List<RequestUnderWay> requests = requests();
    if (requests.isEmpty() && !told) {
      return;
    }
    toldAtNanos = nanoClock.getAsLong();
    try {
      String key = Keys.requests(gateway);
      if (requests.isEmpty()) {
        store.delete(key, StateStore.ANY);
        told = false;
      } else {
        LeaseId lease = new LeaseId(sessions.registering(LeaseKind.SHORT).lease());
        store.put(key, Records.encode(new RequestsRecord(requests)), StateStore.ANY, lease);
        told = true;
      }
    } catch (StoreException e) {
      // Whoever asks hears nothing of the requests then; the record ends with its lease.
      LOG.debug("what a hold waits for could not be told: {}", e.getMessage());
    }
  }

  private List<RequestUnderWay> requests() throws InterruptedException {
    long now = nanoClock.getAsLong();
    List<CompletableFuture<List<RequestUnderWay>>> asked = new ArrayList<>();
    for (Closed each : closed.values()) {
      if (now - each.sinceNanos() >= AFTER_NANOS
          && !each.gate().quiet()
          && asked.size() < RequestsRecord.REQUESTS_MAX) {
        asked.add(dataPath.underWay(each.gate()));
      }
    }
    List<RequestUnderWay> all = new ArrayList<>();
    for (CompletableFuture<List<RequestUnderWay>> each : asked) {
      all.addAll(answer(each));
    }
    // What has got a pass because the gate has opened meanwhile holds nothing up.
    all.removeIf(request -> !closed.containsKey(request.partition()));
    return all.subList(0, Math.min(all.size(), RequestsRecord.REQUESTS_MAX));
  }

  private static List<RequestUnderWay> answer(CompletableFuture<List<RequestUnderWay>> asked)
      throws InterruptedException {
    try {
      return asked.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("an event loop does not say what it waits for: {}", e.toString());
      return List.of();
    }
  }
}
