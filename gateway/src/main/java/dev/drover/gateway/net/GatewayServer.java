package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.fleet.View;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.gateway.GatewayAgent;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.Health;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.trace.Leg;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// A running gateway of any engine: its control side ([GatewayAgent]), its event loops and its
/// listener, around the engine's [Front].
public final class GatewayServer implements MeterBinder, AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long JOINED_CHECK_MILLIS = 100;
  private static final long LOOPS_END_MILLIS = 2_000;

  private final GatewayOptions identity;
  private final Front front;
  private final GatewayAgent agent;
  private final MultiThreadIoEventLoopGroup eventLoops;
  private final LoopParts.Shared shared;
  private final List<LoopParts> loops = new ArrayList<>();
  private final Map<LoopParts, Front.OnLoop> engineOn = new ConcurrentHashMap<>();
  private final Listener listener;
  private final Map<PartitionId, Gate> gates = new ConcurrentHashMap<>();
  private final boolean tls;
  private final CountDownLatch joined = new CountDownLatch(1);
  private volatile boolean closed;

  public GatewayServer(
      ServerOptions options, GatewayOptions identity, StateStore store, Front front) {
    this.identity = identity;
    this.front = front;
    this.tls = options.tls().isPresent();
    Transport transport = Transport.best();
    this.listener = new Listener(options, transport, front, identity.clocks().nanoClock());
    this.shared =
        new LoopParts.Shared(
            transport,
            new HoldLimits(options.hold()),
            new HomeStates(identity.clocks().nanoClock()),
            listener::clients);
    this.agent = new GatewayAgent(identity, store, new Routes());
    this.eventLoops = new MultiThreadIoEventLoopGroup(options.loops(), transport.handlers());
    List<UnfinishedRequests> unfinished = new ArrayList<>();
    for (EventExecutor each : eventLoops) {
      Loop loop = new Loop((EventLoop) each, loops.size(), identity.clocks().nanoClock());
      unfinished.add(new UnfinishedRequests(shared.holding(), loop, unfinished));
      LoopParts parts =
          new LoopParts(
              loop, new HoldQueue(loop), unfinished.getLast(), new UpstreamSet(loop), shared);
      loops.add(parts);
      engineOn.put(parts, front.onLoop(parts));
    }
  }

  /// Joins the fleet, lets the engine learn what it must know, and then listens. Returns when
  /// clients are served.
  ///
  /// @throws IOException if the port cannot be had, or the gateway was closed meanwhile
  public void start() throws IOException, InterruptedException {
    agent.start();
    front.prepare(() -> closed);
    while (!joined.await(JOINED_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (closed) {
        throw new IOException("the gateway was closed before it could join");
      }
    }
    loops.forEach(each -> each.loop().start());
    listener.listen(eventLoops, Map.copyOf(engineOn));
  }

  public int port() {
    return listener.port();
  }

  public Health health() {
    return agent.health();
  }

  /// Where it is, for people.
  public String address() {
    return front.scheme() + (tls ? "s://" : "://") + listener.host() + ":" + listener.port();
  }

  /// What the engine still waits for before clients are served, as a clause; empty if for nothing.
  public Optional<String> missing() {
    return front.missing();
  }

  public int clients() {
    return listener.clients();
  }

  /// The gates of all partitions that are served.
  public Collection<Gate> gates() {
    return gates.values();
  }

  /// What the gateway says of itself, from now on: see [GatewayAgent#identify].
  public void identify(GatewayIdentity now) throws StoreException {
    agent.identify(now);
  }

  /// The partitions as this gateway knows them.
  public List<View> views() {
    return agent.views();
  }

  /// Other limits hold from now on. Who is connected or held stays.
  public void limit(int clients, HoldOptions hold) {
    listener.limit(clients);
    shared.holding().limit(hold);
  }

  /// A home is gone: what is on its way there ends with an unknown outcome, and what comes is
  /// refused at once, until [#takeUp]. A server that hangs would otherwise keep its writes in
  /// flight, and a takeover waiting for them.
  public void giveUp(HomeId home, String why) {
    shared.homes().giveUp(home, why);
    loops.forEach(each -> each.loop().execute(() -> each.upstreams().giveUp(home, why)));
  }

  /// A home that was given up answers again.
  public void takeUp(HomeId home) {
    shared.homes().takeUp(home);
  }

  /// A home has another address, or is not configured any more: the connections to it are closed
  /// when nothing waits on them.
  public void retire(HomeId home) {
    shared.homes().takeUp(home);
    loops.forEach(each -> each.loop().execute(() -> each.upstreams().retire(home)));
  }

  /// Registers what is counted here, and what this gateway is like now.
  @Override
  public void bindTo(MeterRegistry registry) {
    front.bindTo(registry);
    HoldLimits holding = shared.holding();
    gauge(registry, "clients", "Clients that are connected.", GatewayServer::clients);
    gauge(
        registry,
        "held.now",
        "Requests that wait for a route, because their partition is moving.",
        _ -> holding.heldNow());
    gauge(
        registry,
        "kept.bytes",
        "Bytes of requests that wait or have not come as a whole.",
        _ -> holding.bytesNow());
    gauge(
        registry,
        "passes",
        "Requests under way that a cutover has to wait for.",
        server -> server.gates().stream().mapToLong(Gate::passes).sum());
    gauge(
        registry,
        "longest.hold.seconds",
        "The longest that a request has waited for a route since the start.",
        _ -> holding.longestNanos() / NANOS_PER_SECOND);
    gauge(
        registry,
        "serving",
        "1 if partitions at rest are served, else 0.",
        server -> server.health().serving() ? 1 : 0);
    Gauge.builder(Meters.PREFIX + "partitions", this, server -> server.gates().size())
        .description("Partitions that the gateway knows.")
        .tags("engine", identity.engine().name())
        .strongReference(true)
        .register(registry);
    Meters.counter(
        registry, this, "held", "Requests that have waited for a route.", _ -> holding.heldSoFar());
    Meters.counter(
        registry,
        this,
        "unfinished.dropped",
        "Requests that were given up unfinished, because others needed the room.",
        _ -> holding.droppedSoFar());
    Meters.counter(
        registry,
        this,
        "clients.refused",
        "Clients that were refused because as many as allowed were connected.",
        _ -> listener.refused());
  }

  private void gauge(
      MeterRegistry registry, String name, String help, ToDoubleFunction<GatewayServer> value) {
    Gauge.builder(Meters.PREFIX + name, this, value)
        .description(help)
        .strongReference(true)
        .register(registry);
  }

  /// Stops listening, lets the clients have their answers, and gives the leases back.
  @Override
  public void close() {
    closed = true;
    shared.homes().end();
    listener.close();
    var _ =
        eventLoops
            .shutdownGracefully(0, LOOPS_END_MILLIS, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * LOOPS_END_MILLIS);
    agent.close();
  }

  private final class Routes implements RouteListener {
    @Override
    public void joined(Guard rest) {
      front.joined(rest);
      joined.countDown();
      loops.forEach(each -> each.loop().execute(each.holds()::releasedAll));
    }

    @Override
    public void added(Gate gate) {
      gates.put(gate.partition(), gate);
      // Before anything under way is looked at: what comes from now on takes a pass by itself.
      front.added(gate);
      adopted(List.of(gate));
    }

    @Override
    public void removed(PartitionId partition) {
      Gate gate = gates.remove(partition);
      front.removed(partition);
      adopted(List.copyOf(gates.values()));
      if (gate != null) {
        loops.forEach(each -> each.loop().execute(() -> each.holds().released(gate)));
      }
    }

    @Override
    public CompletableFuture<List<RequestUnderWay>> underWay(Gate gate) {
      return UnderWay.of(loops, gate);
    }

    /// What is under way may be these gates' now.
    private void adopted(List<Gate> by) {
      if (serves()) {
        Adoption.of(loops, by);
      }
    }

    /// Whether there can be clients: they come only once the gateway has joined, and until then
    /// nothing is under way, and nobody is held.
    private boolean serves() {
      return joined.getCount() == 0;
    }

    @Override
    public void routed(Gate gate) {
      if (!serves()) {
        return;
      }
      long begun = Leg.begun();
      engineOn.forEach(
          (parts, engine) ->
              parts
                  .loop()
                  .execute(
                      () -> {
                        engine.routed(gate);
                        parts.holds().released(gate);
                        Leg.ended(
                            "held requests go on", gate.partition(), gate.route().epoch(), begun);
                      }));
    }
  }
}
