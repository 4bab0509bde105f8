package dev.drover.torture.fleet;

import dev.drover.app.Launch;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.config.TokenFile;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.engine.local.HomeProgram.Durability;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.redis.server.RedisBinary;
import dev.drover.torture.TortureOptions;
import dev.drover.torture.client.ClientMain;
import dev.drover.torture.client.ClientOptions;
import dev.drover.torture.plan.Strike;
import dev.drover.torture.relay.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The processes: homes `h1`…, the store if it is apart, `server` or two of it, gateways `g1`…,
/// clients `c1`…, and the wires between them. Homes sync every write before they answer it, so that
/// what they lose in a kill is not theirs to lose.
public final class Fleet implements AutoCloseable {
  static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration FINISH_MAX = Duration.ofSeconds(20);

  private final TortureOptions options;
  private final TortureOptions.Shape shape;
  private final Path directory;
  private final Wiring wiring = new Wiring();
  private final long startNanos = System.nanoTime();
  private final Map<String, Child> children = new LinkedHashMap<>();
  private final Map<Integer, String> clientRuns = new ConcurrentSkipListMap<>();
  private final AtomicInteger clientNumbers = new AtomicInteger();
  private final SmallDisk disk;
  private final Subject subject;
  private final FleetConfig config;
  private volatile String facts = "";
  private final StoreUnderTest store;

  private Fleet(TortureOptions options, Path directory, SmallDisk disk)
      throws IOException, InterruptedException, StartException {
    this.options = options;
    this.shape = options.shape();
    this.directory = directory;
    this.disk = disk;
    this.subject = Subject.of(options, directory);
    for (String home : allHomes()) {
      int port = wiring.listens(home);
      List<String> command =
          subject
              .program()
              .command(port, Files.createDirectory(directory.resolve(home)), Durability.SYNCED);
      children.put(
          home, new Child(home, directory, run -> command, log -> subject.program().serves(port)));
    }
    store = storeUnderTest();
    if (store.apart()) {
      store.nodes().forEach(node -> children.put(node.name(), node));
    }
    config = new FleetConfig(shape, subject, wiring, store);
    for (String server : servers()) {
      children.put(server, server(server));
    }
    for (String gateway : gateways()) {
      children.put(gateway, gateway(gateway));
    }
    for (String client : clients()) {
      children.put(client, client(client));
    }
  }

  private StoreUnderTest storeUnderTest() throws IOException, InterruptedException, StartException {
    Path small = disk.directory();
    return switch (options.store().kind()) {
      case EMBEDDED -> new EmbeddedUnderTest(wiring, () -> child(EmbeddedUnderTest.SERVER));
      case ETCD -> new EtcdUnderTest(wiring, directory, small, options.store().nodes());
      case REDIS ->
          RedisUnderTest.at(
              wiring,
              RedisBinary.find(Optional.empty(), directory),
              directory,
              small.resolve("redis-data"));
      case OPENSEARCH -> OpenSearchUnderTest.at(wiring, directory, small.resolve("node"));
    };
  }

  /// Prepares everything; nothing runs yet.
  public static Fleet prepare(TortureOptions options, Path directory)
      throws StartException, InterruptedException {
    try {
      SmallDisk disk = SmallDisk.at(directory.resolve("disk"), options.store().kind().disk());
      boolean prepared = false;
      try {
        Fleet fleet = new Fleet(options, directory, disk);
        prepared = true;
        return fleet;
      } finally {
        if (!prepared) {
          disk.close();
          remove(directory);
        }
      }
    } catch (IOException e) {
      throw new StartException("cannot prepare the fleet: " + e.getMessage(), e);
    }
  }

  /// Starts everything but the clients.
  public void start() throws StartException, InterruptedException {
    try {
      for (String home : allHomes()) {
        child(home).start();
      }
      for (String home : allHomes()) {
        ready(home);
        facts = prepareHome(home);
      }
      store.start(START_MAX);
      if (store.apart()) {
        for (String server : servers()) {
          child(server).start();
        }
        for (String server : servers()) {
          ready(server);
        }
      }
      for (String gateway : gateways()) {
        child(gateway).start();
      }
      for (String gateway : gateways()) {
        ready(gateway);
      }
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Starts the clients, and proves that they read the same clock.
  public void startClients() throws StartException, InterruptedException {
    try {
      long before = System.nanoTime();
      for (String client : clients()) {
        child(client).start();
      }
      for (String client : clients()) {
        ready(client);
        long told =
            Long.parseLong(child(client).logText().replaceAll("(?s).*ready (\\d+).*", "$1"));
        if (told < before || told > System.nanoTime()) {
          throw new StartException(
              "the processes of this machine do not share one monotonic clock, so their histories cannot be compared",
              null);
        }
      }
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private void ready(String name) throws StartException, InterruptedException, IOException {
    if (!child(name).awaitReady(START_MAX)) {
      String log = child(name).logText().strip();
      throw new StartException(
          name + " did not start" + (log.isEmpty() ? ", and said nothing" : ": " + log), null);
    }
  }

  // --- what there is

  /// The homes between which scopes move at random.
  public List<String> homes() {
    return names("h", shape.homes());
  }

  /// One home more, where nothing is but what is to be lost there with its data.
  public String spare() {
    return "h" + (shape.homes() + 1);
  }

  public List<String> allHomes() {
    return names("h", shape.homes() + 1);
  }

  /// Two where the store is apart: one drives, the other takes over when that one is gone.
  public List<String> servers() {
    return options.store().kind() == TortureOptions.StoreKind.EMBEDDED
        ? List.of(EmbeddedUnderTest.SERVER)
        : names(EmbeddedUnderTest.SERVER, 2);
  }

  public List<String> gateways() {
    return names("g", shape.gateways());
  }

  /// Those of the gateways that hold no lease.
  public List<String> fresh() {
    return gateways().subList(shape.gateways() - shape.fresh(), shape.gateways());
  }

  public List<String> clients() {
    return names("c", shape.clients());
  }

  private static List<String> names(String letter, int many) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= many; i++) {
      names.add(letter + i);
    }
    return names;
  }

  public Child child(String name) {
    Child child = children.get(name);
    if (child == null) {
      throw new IllegalStateException("no process " + name);
    }
    return child;
  }

  public List<Child> all() {
    return List.copyOf(children.values());
  }

  public StoreUnderTest store() {
    return store;
  }

  public SmallDisk disk() {
    return disk;
  }

  public List<Relay> wires() {
    return wiring.all();
  }

  /// When the torture began.
  public long startNanos() {
    return startNanos;
  }

  /// Which client process each run belongs to.
  public Map<Integer, String> clientRuns() {
    return Map.copyOf(clientRuns);
  }

  public Path history(int run) {
    return directory.resolve("client-%d.history".formatted(run));
  }

  /// Asks the servers themselves, past all wires.
  public List<ApiClient> apis() {
    return servers().stream()
        .map(name -> new ApiClient("http://127.0.0.1:" + wiring.listens(name), token(name)))
        .toList();
  }

  private Optional<String> token(String server) {
    try {
      return TokenFile.read(data(server), TokenFile.NAME);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path data(String server) {
    return store.apart() ? directory.resolve(server) : storeData();
  }

  /// Whether an etcd can be run here.
  public static boolean etcdIsHere() {
    return EtcdUnderTest.find().isPresent();
  }

  /// How often, of several servers, one has begun to drive after the first one had: another, or the
  /// same again.
  public int takeovers() throws IOException {
    if (servers().size() == 1) {
      return 0;
    }
    int driven = 0;
    for (String server : servers()) {
      driven += child(server).said("this server drives");
    }
    return Math.max(0, driven - 1);
  }

  /// Whether a gateway says that it serves everything.
  public boolean serving(String gateway) {
    return Probe.ok(wiring.listens(gateway + "-health"));
  }

  /// Where a home or a gateway listens, past all wires.
  public int port(String name) {
    return wiring.listens(name);
  }

  /// How many scopes move at random, and have to keep everything.
  public int scopes() {
    return shape.scopes();
  }

  /// One scope more, which may lose what it holds when its home is emptied, and nothing else.
  public int losable() {
    return shape.scopes();
  }

  /// Those scopes that have a fallback are the first ones.
  public int fallbacks() {
    return shape.fallbacks();
  }

  /// Ends a home, which is down, for good: it begins again with no data.
  public void empty(String home) throws IOException {
    Path data = directory.resolve(home);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!each.equals(data)) {
          Files.delete(each);
        }
      }
    }
  }

  /// Does what a home needs that has begun with no data.
  ///
  /// @return what clients are told of the homes
  public String prepareHome(String home) throws IOException {
    return subject.kit().prepared(wiring.listens(home));
  }

  /// What is tortured.
  public Subject subject() {
    return subject;
  }

  /// What stands in the configurations.
  public FleetConfig configuration() {
    return config;
  }

  /// The partition of a scope's number.
  public PartitionId partition(int scope) {
    return subject.partition(scope);
  }

  /// Means harm to a gateway.
  public void harm(String gateway, Strike strike) throws InterruptedException {
    subject
        .kit()
        .harm(
            port(gateway),
            partition(strike.victim() % scopes()).name(),
            strike.victim(),
            strike.lasts());
  }

  /// The configuration of a server or gateway.
  public Path config(String name) {
    return directory.resolve(name + ".yaml");
  }

  /// Where the embedded store keeps its data.
  public Path storeData() {
    return disk.directory().resolve("store");
  }

  /// A place for what is put aside.
  public Path aside(String name) {
    return directory.resolve(name);
  }

  /// Where a server or gateway reaches a home.
  public int port(String party, String home) {
    return wiring.port(party, home);
  }

  /// A connection to a home, past all wires.
  public HomeInspector inspect(String home) throws IOException {
    return subject.kit().inspect(wiring.listens(home));
  }

  // --- how each is started

  private Child server(String name) throws IOException {
    joinHomes(name);
    store.join(name);
    Path file = config(name);
    Files.writeString(file, config.server(name, data(name)));
    return drover(name, List.of("server", file.toString()));
  }

  private Child gateway(String name) throws IOException {
    joinHomes(name);
    store.join(name);
    Path file = config(name);
    GatewayMode mode = fresh().contains(name) ? GatewayMode.FRESH : GatewayMode.LEASED;
    Files.writeString(file, config.gateway(name, mode, wiring.listens(name + "-health")));
    return drover(name, List.of("gateway", file.toString(), name));
  }

  private void joinHomes(String party) throws IOException {
    for (String home : allHomes()) {
      wiring.join(party, home, wiring.listens(home));
    }
  }

  private Child drover(String name, List<String> words) {
    return new Child(
        name,
        directory,
        run -> Jvm.command(Launch.class, "192m", words),
        log -> log.contains("is ready"));
  }

  private Child client(String name) throws IOException {
    List<Integer> through = new ArrayList<>();
    for (String gateway : gateways()) {
      wiring.join(name, gateway, wiring.listens(gateway));
      through.add(wiring.port(name, gateway));
    }
    return new Child(
        name,
        directory,
        run -> {
          int number = clientNumbers.incrementAndGet();
          clientRuns.put(number, name);
          ClientOptions told =
              new ClientOptions(
                  new ClientOptions.Run(history(number), number, name.equals("c1")),
                  startNanos,
                  shape.scopes() + 1,
                  ClientOptions.Load.DEFAULT,
                  new ClientOptions.Homes(subject.plug().engine().name(), facts),
                  through);
          return Jvm.command(ClientMain.class, "192m", told.words());
        },
        log -> log.contains("ready "));
  }

  // --- the end

  /// Lets the clients finish what they do.
  public void finishClients() throws IOException, InterruptedException {
    for (String client : clients()) {
      if (!child(client).finish(FINISH_MAX)) {
        child(client).kill();
      }
    }
  }

  /// Ends every process, gives the disk back, and closes all wires. Leaves the directory.
  @Override
  public void close() throws IOException {
    boolean interrupted = false;
    for (Child child : all().reversed()) {
      try {
        child.end();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    wiring.close();
    disk.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Removes the directory.
  public static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
