package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A gateway's side for clients that speak lines: `GET k`, `PUT k`, `FANOUT k…` (a write of several
/// partitions) and `SUBSCRIBE k` (on a connection of the client's own). What stands before the
/// colon of a key is its partition.
final class LineFront implements Front {
  /// Connections of clients' own to one home at once.
  static final int OWN_MAX = 1;

  private final Map<HomeId, Endpoint> homes;
  private final Placement rest;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private volatile Guard restGuard;

  /// All clients that have come.
  final BlockingQueue<LineClient> clients = new LinkedBlockingQueue<>();

  /// Gates whose route has changed, as each event loop was told.
  final BlockingQueue<PartitionId> routed = new LinkedBlockingQueue<>();

  /// Run with each client, before it is served.
  volatile Runnable atAccept = () -> {};

  /// @param rest where keys are that are in no partition
  LineFront(Map<HomeId, Endpoint> homes, HomeId rest) {
    this.homes = homes;
    this.rest = new Placement(rest, "*");
    Session none = new Session(0, 0);
    none.end();
    this.restGuard = new Guard(none);
  }

  /// What a connection is for.
  record Way(HomeId home, boolean own) {}

  /// What one event loop's clients share.
  final class Lane implements OnLoop {
    final LoopParts parts;
    final UpstreamPool<Way, LineUpstream> pool = new UpstreamPool<>(this::connect, OWN_MAX);

    private Lane(LoopParts parts) {
      this.parts = parts;
    }

    private LineUpstream connect(Way way) {
      Endpoint home = Objects.requireNonNull(homes.get(way.home()));
      UpstreamLimits limits = UpstreamLimits.pipelined(Duration.ofSeconds(60));
      LineUpstream fresh = new LineUpstream(parts.surroundings(limits), home, !way.own(), false);
      fresh.connect(null);
      return fresh;
    }

    @Override
    public Served accept(Channel channel, long id) {
      atAccept.run();
      LineClient client = new LineClient(this, channel);
      channel.pipeline().addLast(client);
      clients.add(client);
      return client;
    }

    @Override
    public void routed(Gate gate) {
      routed.add(gate.partition());
    }

    /// The gate of a key's partition; null if it is in none.
    @Nullable Gate gate(String key) {
      int colon = key.indexOf(':');
      return colon < 0 ? null : gates.get(key.substring(0, colon + 1));
    }

    @Nullable Admission atRest() {
      return Admission.atRest(parts.loop(), restGuard, rest);
    }
  }

  /// One of the event loops.
  Lane lane(int loop) {
    return lanes.get(loop);
  }

  @Override
  public String scheme() {
    return "lines";
  }

  @Override
  public OnLoop onLoop(LoopParts parts) {
    Lane lane = new Lane(parts);
    lanes.add(lane);
    return lane;
  }

  @Override
  public void prepare(BooleanSupplier closed) {}

  @Override
  public ByteBuf full() {
    return LoopRig.text("FULL\n");
  }

  @Override
  public void joined(Guard guard) {
    restGuard = guard;
  }

  @Override
  public void added(Gate gate) {
    gates.put(gate.partition().name(), gate);
  }

  @Override
  public void removed(PartitionId partition) {
    gates.remove(partition.name());
  }
}
