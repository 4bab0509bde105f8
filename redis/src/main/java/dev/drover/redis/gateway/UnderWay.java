package dev.drover.redis.gateway;

import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.core.gate.Gate;
import io.netty.buffer.ByteBuf;
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

  private static final int KEY_BYTES_MAX = 100;

  private UnderWay() {}

  /// The oldest requests that hold a pass of `gate`, over all event loops.
  static CompletableFuture<List<RequestUnderWay>> of(List<LoopState> lanes, Gate gate) {
    CompletableFuture<List<RequestUnderWay>> all = CompletableFuture.completedFuture(List.of());
    for (LoopState lane : lanes) {
      CompletableFuture<List<RequestUnderWay>> some =
          CompletableFuture.supplyAsync(() -> at(lane, gate), lane.eventLoop());
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

  private static List<RequestUnderWay> at(LoopState lane, Gate gate) {
    long now = lane.gateway().nanos();
    List<RequestUnderWay> found = new ArrayList<>();
    for (Upstream upstream : lane.upstreams()) {
      Command oldest = null;
      for (Command each : upstream.pending()) {
        if (each.pass == gate && (oldest == null || each.sinceNanos - oldest.sinceNanos < 0)) {
          oldest = each;
        }
      }
      if (oldest != null) {
        found.add(told(gate, oldest, upstream, now));
      }
    }
    return oldest(found, List.of());
  }

  private static RequestUnderWay told(Gate gate, Command c, Upstream upstream, long now) {
    Command head = upstream.head();
    boolean first = head == c;
    return new RequestUnderWay(
        gate.partition(),
        address(c.client) + (c.client.isGone() ? " (gone)" : ""),
        c.name,
        c.item,
        TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - c.sinceNanos)),
        first ? TimeUnit.NANOSECONDS.toMillis(Math.max(0, upstream.endsInNanos(now))) : -1,
        limit(c, head, upstream),
        c.script
            ? "To end it now: SCRIPT KILL at home '"
                + upstream.home().id()
                + "', or stop that client"
            : "Home '"
                + upstream.home().id()
                + "' has not answered it: see whether that home hangs or is busy with something long");
  }

  private static String address(Client client) {
    String address = client.address();
    return address.startsWith("/") ? address.substring(1) : address;
  }

  private static String limit(Command c, @Nullable Command head, Upstream upstream) {
    if (head != null && head != c) {
      return "it stands behind "
          + head.name
          + " of client "
          + address(head.client)
          + " at home '"
          + upstream.home().id()
          + "'";
    }
    return c.script
        ? "the script is killed at scriptTimeout, and ends as unknown homeTimeout after that"
        : "then it ends as unknown (homeTimeout)";
  }

  /// A key as it may be shown: cut, and with all but printable ASCII escaped.
  static String shown(ByteBuf in, int at, int length) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < Math.min(length, KEY_BYTES_MAX); i++) {
      byte b = in.getByte(at + i);
      key.append(b > ' ' && b <= '~' && b != '\\' ? (char) b : "\\x%02x".formatted(b & 0xff));
    }
    return length > KEY_BYTES_MAX ? key + "…" : key.toString();
  }
}
