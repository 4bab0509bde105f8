package dev.drover.gateway.net;

import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.gate.Gate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds the requests that hold passes of a gate, for people. Nothing is kept for it while no hold
/// lasts: each event loop walks over its connections when it is asked.
@SuppressWarnings("ReferenceEquality")
final class UnderWay {
  /// Requests that are told for one gate.
  private static final int REQUESTS_MAX = 3;

  private UnderWay() {}

  /// The oldest requests that hold a pass of `gate`, over all event loops.
  static CompletableFuture<List<RequestUnderWay>> of(List<LoopParts> loops, Gate gate) {
    CompletableFuture<List<RequestUnderWay>> all = CompletableFuture.completedFuture(List.of());
    for (LoopParts parts : loops) {
      CompletableFuture<List<RequestUnderWay>> some =
          CompletableFuture.supplyAsync(() -> at(parts, gate), parts.loop().eventLoop());
      all = all.thenCombine(some, UnderWay::oldest);
    }
    return all;
  }

  private static List<RequestUnderWay> oldest(List<RequestUnderWay> a, List<RequestUnderWay> b) {
    List<RequestUnderWay> all = new ArrayList<>(a);
    all.addAll(b);
    all.sort(Comparator.comparingLong(RequestUnderWay::ageMillis).reversed());
    return List.copyOf(all.subList(0, Math.min(all.size(), REQUESTS_MAX)));
  }

  private static List<RequestUnderWay> at(LoopParts parts, Gate gate) {
    long now = parts.loop().nanos();
    List<RequestUnderWay> found = new ArrayList<>();
    for (Upstream upstream : parts.upstreams().all()) {
      Leg oldest = null;
      for (Leg each : upstream.pending()) {
        if (each.exchange().holds(gate) && (oldest == null || since(each) - since(oldest) < 0)) {
          oldest = each;
        }
      }
      if (oldest != null) {
        found.add(told(gate, oldest, upstream, now));
      }
    }
    return oldest(found, List.of());
  }

  private static long since(Leg leg) {
    return leg.exchange().sinceNanos();
  }

  private static RequestUnderWay told(Gate gate, Leg leg, Upstream upstream, long now) {
    Exchange exchange = leg.exchange();
    Leg head = upstream.pending().head();
    boolean first = head == leg;
    Explained explained = upstream.explain(leg);
    return new RequestUnderWay(
        gate.partition(),
        exchange.client(),
        exchange.name(),
        exchange.item(),
        TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - exchange.sinceNanos())),
        first ? TimeUnit.NANOSECONDS.toMillis(Math.max(0, upstream.endsInNanos(now))) : -1,
        first ? explained.limit() : behind(head, upstream),
        explained.remedy());
  }

  private static String behind(@Nullable Leg head, Upstream upstream) {
    return head == null
        ? ""
        : "it stands behind %s of client %s at home '%s'"
            .formatted(head.exchange().name(), head.exchange().client(), upstream.home());
  }
}
