package dev.drover.redis.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All connections of a session, which live and die together: as long as none of them broke, both
/// servers are the same processes and capture has missed nothing.
final class Wiring implements AutoCloseable {
  private final Homes homes;
  private final Scope scope;
  private final Fence fence;
  private final Witness witness;
  private final Known known;
  private final Pacer pacer;
  private final LongSupplier nanoClock;
  private final RespConnection source;
  private final RespConnection target;
  private final Sentinels sentinels;
  private final ElementWatch watch;
  private final List<CopyLane> lanes = new ArrayList<>();
  private volatile @Nullable Capture capture;
  private volatile boolean closed;
  private boolean fenceRaised;

  Wiring(
      MoveId move,
      RedisHome from,
      RedisHome to,
      Scope scope,
      Fence fence,
      Witness witness,
      Known known,
      Pacer pacer,
      RedisMoverOptions options,
      LongSupplier nanoClock)
      throws IOException, MoverException {
    this.scope = scope;
    this.fence = fence;
    this.witness = witness;
    this.known = known;
    this.pacer = pacer;
    this.nanoClock = nanoClock;
    this.source = Homes.connect(from, options);
    this.sentinels = new Sentinels(source, scope, move);
    this.watch = new ElementWatch(from, options, nanoClock);
    try {
      this.target = Homes.connect(to, options);
    } catch (IOException e) {
      source.close();
      throw e;
    }
    try {
      ServerFacts here = ServerFacts.read(source);
      ServerFacts there = ServerFacts.read(target);
      TargetLimits limits = TargetLimits.read(to, there, target);
      this.homes = new Homes(from, to, here, there, limits, options);
      Homes.check(from, homes.sourceFacts());
      Homes.check(to, homes.targetFacts());
    } catch (IOException | MoverException e) {
      source.close();
      target.close();
      throw e;
    }
  }

  Homes homes() {
    return homes;
  }

  RespConnection source() {
    return source;
  }

  RespConnection target() {
    return target;
  }

  /// Raises the fence at the target, once, and makes sure that the source holds what it held: later
  /// this makes sure that the fence stands, and leaves alone the lanes that watch it.
  void raiseFence() throws IOException, MoverException {
    if (fenceRaised) {
      fence.watch(target);
      target.call("UNWATCH");
    } else {
      fence.raise(target);
      witness.meet(source, target, new FencedWriter(target, fence, homes.options()));
      target.call("UNWATCH");
      fenceRaised = true;
    }
  }

  /// Starts capture unless it runs.
  Capture capture() throws IOException {
    Capture running = capture;
    if (running == null) {
      running = Capture.start(homes.source(), scope, homes.options(), nanoClock);
      capture = running;
    }
    return running;
  }

  CopyLane lane() throws IOException, MoverException {
    return lanes(1).getFirst();
  }

  List<CopyLane> lanes() throws IOException, MoverException {
    return lanes(homes.options().lanes());
  }

  private List<CopyLane> lanes(int count) throws IOException, MoverException {
    if (!fenceRaised) {
      raiseFence();
    }
    while (lanes.size() < count) {
      lanes.add(CopyLane.open(fence, homes, known, pacer, watch, witness, lanes.size(), nanoClock));
    }
    return lanes;
  }

  ElementWatch watch() {
    return watch;
  }

  /// Begins a walk over one home's keys on a connection of its own.
  Scan scan(RedisHome home, byte[] cursor) throws IOException {
    return Scan.begin(Homes.connect(home, homes.options()), scope, cursor);
  }

  /// Waits until every change at the source so far is in the dirty set.
  ///
  /// @return whether capture has been whole up to here
  boolean sync() throws IOException, InterruptedException {
    return sentinels.sync(capture(), watch);
  }

  /// The last sentinel.
  byte[] position() {
    return sentinels.last();
  }

  /// Capture, for somebody else to go on with; null if it does not run or has missed something.
  @Nullable Capture handOver() {
    Capture running = capture;
    capture = null;
    if (running != null && running.lost() != null) {
      running.close();
      return null;
    }
    return running;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    source.close();
    target.close();
    lanes.forEach(CopyLane::close);
    watch.close();
    Capture running = capture;
    if (running != null) {
      running.close();
    }
  }
}
