package dev.drover.redis.gateway;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.HoldOptions;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongPredicate;

/// One gateway before two real servers. The test plays the driver: it writes the records itself.
final class GatewayRig implements AutoCloseable {
  static final PartitionId APP = RedisEngine.scope("app:");
  static final PartitionId BILLING = RedisEngine.scope("app:billing:");
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");

  private static final int CLIENTS_MAX = 2_000;

  final RedisServerProcess a;
  final RedisServerProcess b;
  final MemoryStore store = MemoryStore.create();
  final GatewayServer gateway;
  private final MeterRegistry meters = new SimpleMeterRegistry();

  /// What happens at the next readings of records in fresh mode, one each; nothing once it is
  /// empty.
  final Queue<Reading> readings = new ConcurrentLinkedQueue<>();

  private final GatewayMode mode;

  /// Something that happens after a record was read and before the gateway hears of it.
  interface Reading {
    void happen() throws Exception;
  }

  /// How a rig differs from the usual one.
  static final class Setup {
    private GatewayMode mode = GatewayMode.LEASED;
    private HoldOptions hold = HoldOptions.DEFAULT;
    private Optional<String> password = Optional.empty();
    private Duration homeAnswerMax = RedisGatewayOptions.HOME_ANSWER_MAX;
    private RedisGatewayOptions.Scripts scripts = RedisGatewayOptions.Scripts.DEFAULT;
    private Set<String> addedWrites = Set.of();
    private Version version = Version.V6_2;
    private String[] serverOptions = {};
    private boolean inner = true;
    private final Map<String, byte[]> records = new HashMap<>();

    static Setup usual() {
      return new Setup();
    }

    Setup mode(GatewayMode other) {
      mode = other;
      return this;
    }

    Setup hold(Duration max, long bytes, int requests) {
      hold = new HoldOptions(max, bytes, requests);
      return this;
    }

    Setup password(String other) {
      password = Optional.of(other);
      return this;
    }

    Setup homeAnswerMax(Duration other) {
      homeAnswerMax = other;
      return this;
    }

    Setup scripts(RedisGatewayOptions.Scripts.Mode how, Duration timeMax) {
      scripts = new RedisGatewayOptions.Scripts(how, timeMax);
      return this;
    }

    Setup addedWrites(String... names) {
      addedWrites = Set.of(names);
      return this;
    }

    /// Whether there is a scope inside the scope `app:`.
    Setup inner(boolean yes) {
      inner = yes;
      return this;
    }

    /// What else stands in the store before the gateway starts.
    Setup record(String key, byte[] value) {
      records.put(key, value);
      return this;
    }

    Setup servers(Version other, String... options) {
      version = other;
      serverOptions = options.clone();
      return this;
    }
  }

  GatewayRig() throws Exception {
    this(Setup.usual());
  }

  GatewayRig(GatewayMode mode) throws Exception {
    this(Setup.usual().mode(mode));
  }

  GatewayRig(Setup setup) throws Exception {
    this.mode = setup.mode;
    a = RedisServerProcess.start(setup.version, setup.serverOptions);
    b = RedisServerProcess.start(setup.version, setup.serverOptions);
    place(APP, A);
    if (setup.inner) {
      place(BILLING, B);
    }
    for (Map.Entry<String, byte[]> each : setup.records.entrySet()) {
      store.put(each.getKey(), each.getValue(), StateStore.ANY, null);
    }
    GatewayOptions identity =
        new GatewayOptions(
            RedisEngine.NAME,
            new GatewayId("g"),
            mode,
            LeaseOptions.DEFAULT,
            new GatewayOptions.Self("here", "test", GatewayIdentity.of("g", List.of(A, B))),
            GatewayMemory.none(RedisEngine.NAME),
            2,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    gateway =
        new GatewayServer(
            new ServerOptions(
                "127.0.0.1",
                0,
                2,
                CLIENTS_MAX,
                ServerOptions.DRAIN_MAX,
                setup.hold,
                Optional.empty()),
            identity,
            store,
            new RespFront(
                new RedisGatewayOptions(
                    A, setup.password, setup.homeAnswerMax, setup.scripts, setup.addedWrites),
                identity,
                this::read,
                () ->
                    Map.of(
                        A,
                        RedisHome.plain(A, "127.0.0.1", a.port()),
                        B,
                        RedisHome.plain(B, "127.0.0.1", b.port()))));
    gateway.bindTo(meters);
    gateway.start();
  }

  private CompletableFuture<Optional<Entry>> read(String key) {
    try {
      Optional<Entry> entry = store.get(key);
      Reading reading = readings.poll();
      if (reading != null) {
        reading.happen();
      }
      return CompletableFuture.completedFuture(entry);
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void place(PartitionId id, HomeId home) throws StoreException {
    write(Partition.at(id, new Placement(home, id.name()), new Hlc(1, 0)));
  }

  private void write(Partition partition) throws StoreException {
    store.put(Keys.partition(partition.id()), Records.encode(partition), StateStore.ANY, null);
  }

  Partition record() throws StoreException {
    String key = Keys.partition(APP);
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  /// Brings the scope `app:` into Draining, from a to b.
  void drain() throws Exception {
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT.withPause(Duration.ofSeconds(60)),
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            new Hlc(1, 0));
    to(Transition.begin(record(), new Placement(B, APP.name()), move, new Hlc(2, 0)));
  }

  /// Brings it from there into Cutover: writes are held.
  void hold() throws Exception {
    to(Transition.cutover(record(), new Hlc(3, 0)));
  }

  /// Brings it from there to b.
  void flip() throws Exception {
    Proof proof =
        new Proof(
            List.of(), new Settled("end", 0, 0, 0), new Verification(0, 0, 0, "00"), false, 0, 0);
    to(Transition.commit(record(), proof, new Hlc(4, 0)));
    to(Transition.complete(record(), new Hlc(5, 0)));
  }

  private void to(Transition transition) throws Exception {
    Partition next = ((Transition.Granted) transition).next();
    write(next);
    if (next.moving() && mode == GatewayMode.LEASED) {
      awaitReceipt(next.epoch());
    }
  }

  private void awaitReceipt(long epoch) throws Exception {
    String key = Keys.receipt(APP, new GatewayId("g"));
    for (int i = 0; i < 1_000; i++) {
      Optional<Entry> entry = store.get(key);
      if (entry.isPresent()
          && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch() == epoch) {
        return;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("no receipt for epoch " + epoch);
  }

  /// One of the gateway's metrics.
  long number(String name) {
    Meter meter = Objects.requireNonNull(meters.find("drover.gateway." + name).meter(), name);
    return (long) meter.measure().iterator().next().getValue();
  }

  /// Waits until one of the gateway's numbers is as wanted; the test's own time limit ends it.
  void await(String name, LongPredicate wanted) throws InterruptedException {
    while (!wanted.test(number(name))) {
      Thread.sleep(2);
    }
  }

  /// Sends bytes as they are, and reads what comes until `replies` lines or the end.
  Raw raw() throws IOException {
    return new Raw(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
  }

  /// The same, past the gateway.
  Raw directly(RedisServerProcess home) throws IOException {
    return new Raw(new Socket(InetAddress.getLoopbackAddress(), home.port()));
  }

  @Override
  public void close() {
    gateway.close();
    store.close();
    a.close();
    b.close();
  }

  /// A client without manners.
  record Raw(Socket socket) implements AutoCloseable {
    Raw {
      try {
        socket.setSoTimeout(10_000);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    /// Bytes as Latin-1.
    Raw sendBytes(String latin1) throws IOException {
      socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Raw send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /// Reads one line, without its end.
    String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      while (true) {
        int next = in.read();
        if (next < 0) {
          return line.size() == 0 ? "(closed)" : line.toString(StandardCharsets.UTF_8);
        }
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8).stripTrailing();
        }
        line.write(next);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
