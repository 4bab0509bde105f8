package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.redis.move.RedisHome;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What belongs to one event loop: its shared connections to the homes, the clients with something
/// to flush, and the clients whose next request is held. Nothing here is touched by another thread.
final class LoopState {
  /// Requests on one connection to a home without their reply.
  static final int PENDING_MAX = 256;

  private static final Upstream.Use SHARED = new Upstream.Use.Shared();
  private static final long HOLD_CHECK_MILLIS = 20;
  private static final long TICK_MILLIS = 100;

  private final RedisGateway gateway;
  private final EventLoop eventLoop;
  private final int stripe;
  private final Dispatcher dispatcher;
  private final Set<Upstream> upstreams = new LinkedHashSet<>();
  private final List<Upstream> shared = new ArrayList<>();
  private final Map<PartitionId, List<Upstream>> scripts = new HashMap<>();
  private final ArrayList<Client> dirty = new ArrayList<>();
  private final Map<Object, ArrayDeque<Client>> held = new HashMap<>();
  private final Map<HomeId, LargeReplies> largeReplies = new HashMap<>();
  private final LargeKeys largeKeys = new LargeKeys();
  private final UnknownSizes unknownSizes = new UnknownSizes(this);
  private final Map<HomeId, AnnouncedBytes> announced = new HashMap<>();
  private final Set<Client> streaming = new HashSet<>();
  private final UnfinishedRequests unfinished;
  private boolean checking;

  LoopState(RedisGateway gateway, EventLoop eventLoop, int stripe) {
    this.gateway = gateway;
    this.eventLoop = eventLoop;
    this.stripe = stripe;
    this.dispatcher = new Dispatcher(this);
    this.unfinished = new UnfinishedRequests(gateway.holding());
  }

  /// Begins to look after the connections to the homes.
  void start() {
    Future<?> _ =
        eventLoop.scheduleWithFixedDelay(
            this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long now = gateway.nanos();
    List.copyOf(upstreams).forEach(each -> each.tick(now));
    announced.values().forEach(each -> each.tick(now));
    flushClients();
  }

  RedisGateway gateway() {
    return gateway;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /// The stripe of all gates that this loop's passes are counted on.
  int stripe() {
    return stripe;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  /// The connection to a home that all clients of this loop share.
  Upstream shared(RedisHome home, boolean resp3) {
    return common(shared, home, resp3, SHARED);
  }

  /// The connection on which the scripts of one scope run.
  Upstream scripts(RedisHome home, boolean resp3, PartitionId scope) {
    return common(
        scripts.computeIfAbsent(scope, _ -> new ArrayList<>()),
        home,
        resp3,
        new Upstream.Use.Scripts(scope));
  }

  private Upstream common(List<Upstream> among, RedisHome home, boolean resp3, Upstream.Use use) {
    for (Upstream each : among) {
      if (each.isFor(home, resp3, use)) {
        return each;
      }
    }
    Upstream fresh = connect(home, resp3, use);
    if (fresh.usable()) {
      among.add(fresh);
    }
    return fresh;
  }

  /// A connection of one client's own.
  Upstream own(RedisHome home, boolean resp3) {
    return connect(home, resp3, new Upstream.Use.Own());
  }

  private Upstream connect(RedisHome home, boolean resp3, Upstream.Use use) {
    Upstream fresh = Upstream.connect(this, home, resp3, use);
    if (fresh.usable()) {
      upstreams.add(fresh);
    }
    return fresh;
  }

  void forget(Upstream upstream) {
    upstreams.remove(upstream);
    shared.remove(upstream);
    scripts.values().forEach(each -> each.remove(upstream));
    scripts.values().removeIf(List::isEmpty);
  }

  void giveUp(HomeId home, String why) {
    List.copyOf(upstreams).stream()
        .filter(each -> each.home().id().equals(home))
        .forEach(each -> each.giveUp(why));
  }

  // --- what is large

  LargeReplies largeReplies(RedisHome home) {
    return largeReplies.computeIfAbsent(home.id(), _ -> new LargeReplies());
  }

  AnnouncedBytes announced(RedisHome home) {
    return announced.computeIfAbsent(home.id(), _ -> new AnnouncedBytes(this));
  }

  LargeKeys largeKeys() {
    return largeKeys;
  }

  UnknownSizes unknownSizes() {
    return unknownSizes;
  }

  /// A command that was asked alone is over, at whichever home.
  void largeOver(Command command) {
    largeReplies.values().forEach(each -> each.over(command));
  }

  /// Another lane has no room for unfinished requests.
  void makeRoom() {
    if (!unfinished.hasRoom()) {
      unfinished.dropOldest(null);
    }
  }

  UnfinishedRequests unfinished() {
    return unfinished;
  }

  Iterable<Upstream> upstreams() {
    return upstreams;
  }

  /// The client passes a large request on while it comes.
  void streams(Client client) {
    streaming.add(client);
  }

  void streamed(Client client) {
    streaming.remove(client);
  }

  /// Lets clients go on that have waited for room or for another's reply, once what is at hand is
  /// done.
  void resumeSoon(Collection<Client> clients) {
    List<Client> all = List.copyOf(clients);
    eventLoop.execute(
        () -> {
          all.forEach(Client::resume);
          flushClients();
        });
  }

  // --- replies

  void markDirty(Client client) {
    dirty.add(client);
  }

  void flushClients() {
    for (int i = 0; i < dirty.size(); i++) {
      dirty.get(i).replies().flush();
    }
    dirty.clear();
  }

  // --- held requests

  /// Keeps a client until the gate's route changes; null for keys under no scope.
  void hold(@Nullable Gate gate, Client client) {
    held.computeIfAbsent(key(gate), k -> new ArrayDeque<>()).add(client);
    scheduleCheck();
  }

  /// The gate's route has changed: everyone who waits for it tries again, first come first served.
  void released(@Nullable Gate gate) {
    if (gate != null && gate.route().writes() == null && !streaming.isEmpty()) {
      List.copyOf(streaming).forEach(client -> client.large().cutOff(gate));
      flushClients();
    }
    ArrayDeque<Client> waiting = held.remove(key(gate));
    if (waiting != null) {
      waiting.forEach(Client::unblock);
      flushClients();
    }
  }

  /// Everyone who waits for anything tries again.
  void releasedAll() {
    for (Object key : List.copyOf(held.keySet())) {
      ArrayDeque<Client> waiting = held.remove(key);
      if (waiting != null) {
        waiting.forEach(Client::unblock);
      }
    }
    flushClients();
  }

  private static Object key(@Nullable Gate gate) {
    return gate == null ? RedisGateway.class : gate;
  }

  /// Does something on this loop after a while.
  void later(Runnable what, long millis) {
    Future<?> _ = eventLoop.schedule(what, millis, TimeUnit.MILLISECONDS);
  }

  private void scheduleCheck() {
    if (!checking) {
      checking = true;
      later(this::check, HOLD_CHECK_MILLIS);
    }
  }

  /// Refuses those who have waited for too long. They stand in the order in which they came, so
  /// only the first ones are looked at.
  private void check() {
    checking = false;
    long now = gateway.nanos();
    Iterator<ArrayDeque<Client>> queues = held.values().iterator();
    while (queues.hasNext()) {
      ArrayDeque<Client> queue = queues.next();
      while (!queue.isEmpty() && queue.peek().heldTooLong(now)) {
        queue.remove().refuseHeld();
      }
      if (queue.isEmpty()) {
        queues.remove();
      }
    }
    flushClients();
    if (!held.isEmpty()) {
      scheduleCheck();
    }
  }
}
