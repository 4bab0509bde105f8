package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Admission;
import dev.drover.gateway.net.HoldQueue;
import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.LoopParts;
import dev.drover.gateway.net.UnfinishedRequests;
import dev.drover.gateway.net.Upstream;
import dev.drover.gateway.net.UpstreamLimits;
import dev.drover.gateway.net.UpstreamPool;
import dev.drover.redis.move.RedisHome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What belongs to one event loop of a Redis gateway: its connections to the homes, and what it
/// knows of large values. Nothing here is touched by another thread.
final class LoopState {
  /// Connections of clients' own to one home at once.
  private static final int OWN_MAX = 1_000;

  private final Serving serving;
  private final LoopParts parts;
  private final Scripting scripting;
  private final Upstream.Surroundings around;
  private final UpstreamPool<Way, RespUpstream> pool;
  private final Map<HomeId, LargeReplies> largeReplies = new HashMap<>();
  private final LargeKeys largeKeys = new LargeKeys();
  private final UnknownSizes unknownSizes;
  private final Map<HomeId, AnnouncedBytes> announced = new HashMap<>();
  private final Set<CutOff> streaming = new HashSet<>();

  /// A request that is passed on while it comes.
  interface CutOff {
    /// The gate takes no more writes; one that has not come as a whole is not waited for.
    void cutOff(Gate gate);
  }

  LoopState(Serving serving, LoopParts parts) {
    this.serving = serving;
    this.parts = parts;
    this.scripting = new Scripting(serving);
    this.unknownSizes = new UnknownSizes(parts.loop());
    this.around = parts.surroundings(UpstreamLimits.pipelined(serving.options().homeAnswerMax()));
    this.pool = new UpstreamPool<>(way -> RespUpstream.connect(around, serving, way), OWN_MAX);
    parts.loop().addTicked(now -> announced.values().forEach(each -> each.tick(now)));
  }

  Serving serving() {
    return serving;
  }

  Loop loop() {
    return parts.loop();
  }

  HoldQueue holds() {
    return parts.holds();
  }

  LoopParts.Shared shared() {
    return parts.shared();
  }

  UnfinishedRequests unfinished() {
    return parts.unfinished();
  }

  Scripting scripting() {
    return scripting;
  }

  // --- ways to the homes

  /// Lets a request through.
  ///
  /// @param gate of its scope, or null if its keys are under none
  /// @return null if it has to wait; then no pass is held
  @Nullable Admission admit(boolean write, @Nullable Gate gate) {
    return gate == null
        ? Admission.atRest(loop(), serving.restGuard(), serving.rest())
        : Admission.of(loop(), write, gate);
  }

  /// The connection that a request of this kind goes by.
  RespUpstream way(boolean resp3, CommandSpec spec, @Nullable Gate gate, HomeId home) {
    RedisHome at = serving.home(home);
    return pool.shared(
        spec.kind().isScript() && gate != null && scripting.confined()
            ? Way.scripts(at, resp3, gate.partition())
            : Way.shared(at, resp3));
  }

  /// A connection of one client's own, which it closes.
  RespUpstream own(Way way) {
    return RespUpstream.connect(around, serving, way);
  }

  // --- what is large

  LargeReplies largeReplies(HomeId home) {
    return largeReplies.computeIfAbsent(home, _ -> new LargeReplies());
  }

  AnnouncedBytes announced(HomeId home) {
    return announced.computeIfAbsent(home, _ -> new AnnouncedBytes(loop()));
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

  /// The client passes a large request on while it comes.
  void streams(CutOff request) {
    streaming.add(request);
  }

  void streamed(CutOff request) {
    streaming.remove(request);
  }

  /// A gate's route has changed.
  void routed(Gate gate) {
    if (gate.route().writes() == null && !streaming.isEmpty()) {
      List.copyOf(streaming).forEach(request -> request.cutOff(gate));
      loop().flush();
    }
  }
}
