package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import dev.drover.gateway.GatewayAgent;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.Health;
import dev.drover.gateway.RecordReader;
import dev.drover.redis.move.RedisHome;
import dev.drover.store.StateStore;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway that any Redis client can talk to: routes by scope, gates writes, and hides moves.
public final class RedisGateway implements AutoCloseable {
  static final Logger LOG = LoggerFactory.getLogger(RedisGateway.class);

  /// What is read of one client before others have their turn.
  private static final int TURN_BYTES_MAX = 32 << 10;

  private static final int ACCEPT_BACKLOG = 1_024;
  private static final long CLOSE_MILLIS_MAX = 2_000;
  private static final long RETRY_MILLIS = 500;
  private static final long LEARN_AGAIN_MILLIS = 2_000;

  private final RedisGatewayOptions options;
  private final GatewayOptions agentOptions;
  private final Map<HomeId, RedisHome> homes;
  private final RecordReader records;
  private final GatewayAgent agent;
  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup loops;
  private final List<LoopState> lanes = new ArrayList<>();
  private final Map<PartitionId, Gate> gates = new ConcurrentHashMap<>();
  private final Holding holding;
  private final CountDownLatch joined = new CountDownLatch(1);
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicLong clientIds = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final Map<HomeId, String> lostHomes = new ConcurrentHashMap<>();
  private final Map<HomeId, String> givenUp = new ConcurrentHashMap<>();
  private volatile Guard rest;
  private volatile ScopeTable scopes = ScopeTable.EMPTY;
  private final AtomicLong scopeChanges = new AtomicLong();
  private final Map<HomeId, HomeFacts> facts = new ConcurrentHashMap<>();
  private final Logins logins;
  private final ScriptKiller scriptKiller = new ScriptKiller();
  private volatile String redisVersion = "";
  private volatile CommandTable table = new CommandTable(List.of());
  private volatile boolean closed;
  private volatile Channel listener;

  /// @param homes all homes that a scope may be at, the default one among them
  /// @param records how records are read in fresh mode
  @SuppressWarnings("NullAway.Init")
  public RedisGateway(
      RedisGatewayOptions options,
      GatewayOptions agentOptions,
      StateStore store,
      RecordReader records,
      Map<HomeId, RedisHome> homes) {
    this.options = options;
    this.agentOptions = agentOptions;
    this.homes = Map.copyOf(homes);
    this.records = records;
    this.holding = new Holding(options.hold());
    this.logins = new Logins(agentOptions.nanoClock());
    Session none = new Session(0, 0);
    none.end();
    this.rest = new Guard(none);
    if (!homes.containsKey(options.defaultHome())) {
      throw new IllegalArgumentException(
          "the default home '" + options.defaultHome() + "' is not among the homes");
    }
    this.agent = new GatewayAgent(agentOptions, store, new Routes());
    this.loops = new MultiThreadIoEventLoopGroup(options.loops(), transport.handlers());
    int stripe = 0;
    for (EventExecutor each : loops) {
      lanes.add(new LoopState(this, (EventLoop) each, stripe++));
    }
  }

  /// Joins the fleet, asks a home for its commands, and then listens. Returns when clients are
  /// served.
  ///
  /// @throws IOException if the port cannot be had
  public void start() throws IOException, InterruptedException {
    agent.start();
    learnCommands();
    Thread.ofVirtual().name("learn-commands").start(this::learnTheRest);
    while (!joined.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
      if (closed) {
        throw new IOException("the gateway was closed before it could join");
      }
    }
    Map<EventLoop, LoopState> laneOf = new HashMap<>();
    for (LoopState lane : lanes) {
      laneOf.put(lane.eventLoop(), lane);
      lane.start();
    }
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(64, 2_048, TURN_BYTES_MAX).maxMessagesPerRead(1))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    LoopState lane = laneOf.get(channel.eventLoop());
                    if (lane != null) {
                      accept(channel, lane);
                    }
                  }
                });
    try {
      listener = bootstrap.bind(options.host(), options.port()).sync().channel();
    } catch (Exception e) {
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new IOException(
          "cannot listen on "
              + options.host()
              + ":"
              + options.port()
              + ": "
              + e.getMessage()
              + "; another process may use the port",
          e);
    }
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  public Health health() {
    return agent.health();
  }

  /// Counters and states, by name, for metrics.
  public Map<String, Number> numbers() {
    return Map.ofEntries(
        Map.entry("clients", clients.get()),
        Map.entry("held_now", holding.heldNow()),
        Map.entry("held_total", holding.heldSoFar()),
        Map.entry("kept_bytes", holding.bytesNow()),
        Map.entry("unfinished_dropped_total", holding.droppedSoFar()),
        Map.entry("refused_total", refused.sum()),
        Map.entry("unknown_total", unknown.sum()),
        Map.entry("longest_hold_nanos", holding.longestNanos()),
        Map.entry("passes", gates.values().stream().mapToLong(Gate::passes).sum()),
        Map.entry("logins_failed_total", logins.failures()),
        Map.entry("scripts_killed_total", scriptKiller.killed()),
        Map.entry("scopes", gates.size()));
  }

  /// Whether some home has answered since the start; clients are not served before.
  public boolean homeSeen() {
    return !facts.isEmpty();
  }

  /// Homes that could not be reached when they were last needed, with the reason.
  public Map<HomeId, String> lostHomes() {
    return Map.copyOf(lostHomes);
  }

  /// Stops listening, lets what is in flight end, and gives the leases back.
  @Override
  public void close() {
    closed = true;
    Channel bound = listener;
    if (bound != null) {
      bound.close().awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }
    loops
        .shutdownGracefully(100, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSE_MILLIS_MAX);
    agent.close();
  }

  private void accept(Channel channel, LoopState lane) {
    if (clients.incrementAndGet() > options.clientsMax()) {
      clients.decrementAndGet();
      channel
          .writeAndFlush(
              io.netty.buffer.Unpooled.wrappedBuffer(
                  Resp.error("ERR max number of clients reached")))
          .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
      return;
    }
    channel.pipeline().addLast(new Client(lane, channel, clientIds.incrementAndGet()));
  }

  /// Asks each home that is there; at least one has to be.
  private void learnCommands() throws InterruptedException {
    while (!closed) {
      learn();
      if (!facts.isEmpty()) {
        List<String> faults =
            CommandCatalog.cannotBeAdded(commandsOfHomes(), options.addedWrites());
        faults.forEach(fault -> LOG.warn("writeCommands: {}", fault));
        return;
      }
      Thread.sleep(RETRY_MILLIS);
    }
  }

  /// A home that was away at the start may have commands that make the table stricter.
  private void learnTheRest() {
    try {
      while (!closed && facts.size() < homes.size()) {
        Thread.sleep(LEARN_AGAIN_MILLIS);
        learn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void learn() throws InterruptedException {
    List<Thread> asking = new ArrayList<>();
    for (RedisHome home : homes.values()) {
      if (!facts.containsKey(home.id())) {
        asking.add(Thread.ofVirtual().name("learn-" + home.id()).start(() -> learn(home)));
      }
    }
    for (Thread each : asking) {
      each.join();
    }
    table = CommandCatalog.of(commandsOfHomes(), options.addedWrites());
    redisVersion =
        facts.values().stream().map(HomeFacts::version).min(String::compareTo).orElse("");
  }

  private void learn(RedisHome home) {
    try {
      facts.put(home.id(), HomeFacts.ask(home));
    } catch (IOException e) {
      LOG.warn("{} cannot be asked for its commands: {}", home, e.getMessage());
    }
  }

  private List<List<ServerCommand>> commandsOfHomes() {
    return facts.values().stream().map(HomeFacts::commands).toList();
  }

  // --- for the lanes

  RedisGatewayOptions options() {
    return options;
  }

  Transport transport() {
    return transport;
  }

  CommandTable table() {
    return table;
  }

  Holding holding() {
    return holding;
  }

  Logins logins() {
    return logins;
  }

  ScriptKiller scriptKiller() {
    return scriptKiller;
  }

  /// What a home has said of itself; empty until it has answered for the first time.
  Optional<HomeFacts> facts(HomeId id) {
    return Optional.ofNullable(facts.get(id));
  }

  /// There is no room for unfinished requests, and one lane alone cannot make any.
  void askOtherLanesForRoom(LoopState current) {
    for (LoopState lane : lanes) {
      if (lane != current) {
        lane.eventLoop().execute(lane::makeRoom);
      }
    }
  }

  RecordReader records() {
    return records;
  }

  Guard rest() {
    return rest;
  }

  boolean fresh() {
    return agent.fresh();
  }

  String redisVersion() {
    return redisVersion;
  }

  long nanos() {
    return agentOptions.nanoClock().getAsLong();
  }

  void refused(boolean outcomeUnknown) {
    (outcomeUnknown ? unknown : refused).increment();
  }

  void clientGone() {
    clients.decrementAndGet();
  }

  Optional<RedisHome> home(HomeId id) {
    return Optional.ofNullable(homes.get(id));
  }

  /// A home that the record names and the configuration does not: nobody listens there, and the
  /// error names it.
  RedisHome unknownHome(HomeId id) {
    LOG.warn("a scope is at home '{}', which this gateway's configuration does not name", id);
    return RedisHome.plain(id, "unknown-home.invalid", 1);
  }

  void homeLost(RedisHome home, String why) {
    if (!closed && !why.equals(lostHomes.put(home.id(), why))) {
      LOG.warn("{} {}", home, why);
    }
  }

  /// A home has answered.
  void homeThere(RedisHome home) {
    String why = lostHomes.remove(home.id());
    if (why != null) {
      LOG.info("{} answers again", home);
    }
  }

  /// A home is gone: what is on its way there ends with an unknown outcome, and what comes is
  /// refused at once, until [#takeUp]. A server that hangs would otherwise keep its writes in
  /// flight, and a takeover waiting for them.
  public void giveUp(HomeId id, String why) {
    givenUp.put(id, why);
    for (LoopState lane : lanes) {
      lane.eventLoop().execute(() -> lane.giveUp(id, why));
    }
  }

  /// A home that was given up answers again.
  public void takeUp(HomeId id) {
    givenUp.remove(id);
  }

  /// Why a home was given up, or null.
  @Nullable String givenUp(HomeId id) {
    return givenUp.get(id);
  }

  /// The scopes as the control has told them so far: who asks while they are gathered anew waits
  /// for that. A key must never be taken for one under no scope because its scope is new.
  ScopeTable scopes() {
    ScopeTable known = scopes;
    return known.change() == scopeChanges.get() ? known : scopesAnew();
  }

  private synchronized ScopeTable scopesAnew() {
    long change = scopeChanges.get();
    if (scopes.change() != change) {
      scopes = new ScopeTable(gates.values(), change);
    }
    return scopes;
  }

  String info() {
    return "# Server\r\nredis_version:"
        + redisVersion()
        + "\r\nredis_mode:standalone\r\ndrover_gateway:"
        + agentOptions.id()
        + "\r\n\r\n# Clients\r\nconnected_clients:"
        + clients.get()
        + "\r\n\r\n# Replication\r\nrole:master\r\n";
  }

  private final class Routes implements RouteListener {
    @Override
    public void joined(Guard guard) {
      rest = guard;
      joined.countDown();
      lanes.forEach(lane -> lane.eventLoop().execute(lane::releasedAll));
    }

    @Override
    public void added(Gate gate) {
      gates.put(gate.partition(), gate);
      scopeChanges.incrementAndGet();
    }

    @Override
    public void removed(PartitionId partition) {
      gates.remove(partition);
      scopeChanges.incrementAndGet();
    }

    @Override
    public CompletableFuture<List<RequestUnderWay>> underWay(Gate gate) {
      return UnderWay.of(lanes, gate);
    }

    @Override
    public void routed(Gate gate) {
      lanes.forEach(lane -> lane.eventLoop().execute(() -> lane.released(gate)));
    }
  }
}
