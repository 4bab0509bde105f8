package dev.drover.app.demo;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.DemoClients;
import dev.drover.engine.demo.DemoKit;
import dev.drover.engine.demo.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/// Clients that write and read through the gateways until they are told to stop, and keep count.
///
/// Each writer owns its slots and writes one of them every two milliseconds; each reader reads any
/// slot, mostly through another gateway than its owner writes through.
public final class Traffic implements AutoCloseable {
  private static final long WRITE_EVERY_NANOS = 2_000_000;
  private static final long READ_EVERY_NANOS = 1_500_000;
  private static final long LATENCY_NANOS_MAX = 60_000_000_000L;
  private static final int EXAMPLES_MAX = 5;

  private final DemoClients clients;
  private final List<Integer> ports;
  private final List<DemoClient> connected = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Set<String> examples = ConcurrentHashMap.newKeySet();
  private final Histogram atRest = new SynchronizedHistogram(LATENCY_NANOS_MAX, 3);
  private final Histogram moving = new SynchronizedHistogram(LATENCY_NANOS_MAX, 3);
  private volatile boolean inMove;
  private volatile boolean stopped;

  private Traffic(DemoClients clients, List<Integer> ports) {
    this.clients = clients;
    this.ports = List.copyOf(ports);
  }

  /// Starts the clients.
  ///
  /// @param ports of the gateways
  /// @throws IOException if one cannot connect; none is left then
  public static Traffic start(DemoKit kit, List<Integer> ports, int writers) throws IOException {
    Traffic traffic = new Traffic(kit.clients(), ports);
    try {
      for (int w = 0; w < writers; w++) {
        traffic.addWriter(w, kit.tallies(w));
      }
      for (int r = 0; r < Math.max(2, writers / 2); r++) {
        traffic.addReader(r);
      }
    } catch (IOException e) {
      traffic.close();
      throw e;
    }
    traffic.threads.forEach(Thread::start);
    return traffic;
  }

  private void addWriter(int number, List<Tally> tallies) throws IOException {
    List<Slot> own = tallies.stream().map(Slot::new).toList();
    slots.addAll(own);
    DemoClient client = connect(number);
    Random random = new Random(number);
    run("writer-" + number, WRITE_EVERY_NANOS, () -> write(own, client, random));
  }

  private void addReader(int number) throws IOException {
    DemoClient client = connect(number);
    Random random = new Random(-number - 1L);
    run("reader-" + number, READ_EVERY_NANOS, () -> read(client, random));
  }

  private DemoClient connect(int number) throws IOException {
    DemoClient client = clients.connect(ports.get(number % ports.size()));
    connected.add(client);
    return client;
  }

  private void run(String name, long everyNanos, Runnable step) {
    threads.add(
        Thread.ofPlatform()
            .name(name)
            .unstarted(
                () -> {
                  while (!stopped) {
                    step.run();
                    LockSupport.parkNanos(everyNanos);
                  }
                }));
  }

  private void write(List<Slot> own, DemoClient to, Random random) {
    Slot slot = own.get(random.nextInt(own.size()));
    boolean movedBefore = inMove;
    long began = System.nanoTime();
    try {
      slot.write(to);
      long took = System.nanoTime() - began;
      writes.incrementAndGet();
      (movedBefore || inMove ? moving : atRest).recordValue(Math.min(took, LATENCY_NANOS_MAX));
    } catch (IOException e) {
      refused(slot, e);
    }
  }

  private void read(DemoClient from, Random random) {
    Slot slot = slots.get(random.nextInt(slots.size()));
    long least = slot.acknowledged();
    try {
      long found = slot.read(from);
      reads.incrementAndGet();
      if (found < least) {
        stale.incrementAndGet();
        example("stale: " + slot + " was " + found + " after " + least + " was acknowledged");
      }
    } catch (IOException e) {
      refused(slot, e);
    }
  }

  private void refused(Slot slot, IOException e) {
    if (!stopped) {
      refused.incrementAndGet();
      example("refused: " + slot + ": " + e.getMessage());
    }
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(text);
    }
  }

  /// Says whether a move is under way: latencies are kept apart.
  public void inMove(boolean now) {
    inMove = now;
  }

  /// Stops the clients; what is in flight is waited for.
  public void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /// Reads every slot through every gateway.
  ///
  /// @return how many acknowledged writes are missing
  public long lost() throws IOException {
    long[] most = new long[slots.size()];
    for (int port : ports) {
      try (DemoClient client = clients.connect(port)) {
        for (int i = 0; i < most.length; i++) {
          most[i] = Math.max(most[i], slots.get(i).lost(client));
        }
      }
    }
    long lost = 0;
    for (int i = 0; i < most.length; i++) {
      if (most[i] > 0) {
        example("lost: " + slots.get(i));
      }
      lost += most[i];
    }
    return lost;
  }

  public long writes() {
    return writes.get();
  }

  public long reads() {
    return reads.get();
  }

  public long stale() {
    return stale.get();
  }

  public long refused() {
    return refused.get();
  }

  /// The first few things that went wrong.
  public List<String> examples() {
    return List.copyOf(examples);
  }

  /// Nanoseconds of each acknowledged write while no move was under way.
  public Histogram atRest() {
    return atRest;
  }

  /// Nanoseconds of each acknowledged write that a move was under way for any part of.
  public Histogram moving() {
    return moving;
  }

  @Override
  public void close() {
    stopped = true;
    connected.forEach(DemoClient::close);
    clients.close();
  }
}
