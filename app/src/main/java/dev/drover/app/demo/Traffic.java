package dev.drover.app.demo;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long LATENCY_NANOS_MAX = 60_000_000_000L;
  private static final int STRINGS = 32;
  private static final int EXAMPLES_MAX = 5;

  private final ClientResources resources =
      DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
  private final List<RedisClient> clients = new ArrayList<>();
  private final List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
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

  private Traffic() {}

  /// Starts the clients.
  ///
  /// @param ports of the gateways
  public static Traffic start(List<Integer> ports, int writers) {
    Traffic traffic = new Traffic();
    for (int port : ports) {
      RedisURI uri =
          RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(TIMEOUT).build();
      RedisClient client = RedisClient.create(traffic.resources, uri);
      client.setOptions(ClientOptions.builder().autoReconnect(true).build());
      traffic.clients.add(client);
    }
    List<Slot> all = traffic.slots;
    for (int w = 0; w < writers; w++) {
      List<Slot> own = slotsOf(w);
      all.addAll(own);
      RedisCommands<String, String> commands = traffic.connect(w % ports.size());
      Random random = new Random(w);
      traffic.run("writer-" + w, WRITE_EVERY_NANOS, () -> traffic.write(own, commands, random));
    }
    for (int r = 0; r < Math.max(2, writers / 2); r++) {
      RedisCommands<String, String> commands = traffic.connect(r % ports.size());
      Random random = new Random(-r - 1L);
      traffic.run("reader-" + r, READ_EVERY_NANOS, () -> traffic.read(commands, random));
    }
    traffic.threads.forEach(Thread::start);
    return traffic;
  }

  private static List<Slot> slotsOf(int writer) {
    String base = DemoFleet.SCOPE + "w:" + writer + ":";
    List<Slot> own = new ArrayList<>();
    for (int i = 0; i < STRINGS; i++) {
      own.add(new Slot(Slot.Kind.SET, base + "s" + i, ""));
    }
    for (int i = 0; i < STRINGS / 8; i++) {
      own.add(new Slot(Slot.Kind.INCR, base + "c" + i, ""));
      own.add(new Slot(Slot.Kind.HSET, base + "h", "f" + i));
    }
    own.add(new Slot(Slot.Kind.XADD, base + "x", ""));
    own.add(new Slot(Slot.Kind.XADD, base + "y", ""));
    return own;
  }

  private RedisCommands<String, String> connect(int gateway) {
    StatefulRedisConnection<String, String> connection = clients.get(gateway).connect();
    connections.add(connection);
    return connection.sync();
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

  private void write(List<Slot> own, RedisCommands<String, String> to, Random random) {
    Slot slot = own.get(random.nextInt(own.size()));
    boolean movedBefore = inMove;
    long began = System.nanoTime();
    try {
      slot.write(to);
      long took = System.nanoTime() - began;
      writes.incrementAndGet();
      (movedBefore || inMove ? moving : atRest).recordValue(Math.min(took, LATENCY_NANOS_MAX));
    } catch (RedisException e) {
      refused(slot, e);
    }
  }

  private void read(RedisCommands<String, String> from, Random random) {
    Slot slot = slots.get(random.nextInt(slots.size()));
    long least = slot.acknowledged();
    try {
      long found = slot.read(from);
      reads.incrementAndGet();
      if (found < least) {
        stale.incrementAndGet();
        example("stale: " + slot + " was " + found + " after " + least + " was acknowledged");
      }
    } catch (RedisException e) {
      refused(slot, e);
    }
  }

  private void refused(Slot slot, RedisException e) {
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
  public long lost() {
    long lost = 0;
    for (Slot slot : slots) {
      long most = 0;
      for (RedisClient client : clients) {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
          most = Math.max(most, slot.lost(connection.sync()));
        }
      }
      if (most > 0) {
        example("lost: " + slot);
      }
      lost += most;
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
    connections.forEach(StatefulRedisConnection::close);
    clients.forEach(client -> client.shutdown(Duration.ZERO, Duration.ofSeconds(1)));
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
  }
}
