package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.rewrite.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A `_bulk` whose items are of several tenants: one request to each home, and one answer in the
/// order of the items. What becomes of one tenant's items says nothing of another's. Owned by one
/// event loop.
final class ManyBulk implements Plan.Running, BulkLeg.Whole {
  private static final int UNAVAILABLE = 503;

  private final Lane lane;
  private final Plan.WorkAnswer to;
  private final BulkAnswer answer;
  private final Set<BulkShare> open = new HashSet<>();
  private final Set<BulkLeg> legs = new HashSet<>();
  private final long sinceNanos;
  private boolean over;

  ManyBulk(Lane lane, Plan.WorkAnswer to, BulkAnswer answer) {
    this.lane = lane;
    this.to = to;
    this.answer = answer;
    this.sinceNanos = lane.loop().nanos();
  }

  @Override
  public String client() {
    return to.address();
  }

  /// Begins it. It may have ended when this returns.
  void begin(List<BulkShare> shares) {
    open.addAll(shares);
    send(shares);
    endIfDone();
  }

  // --- to the homes

  /// @param alone whom it is for; empty for all
  private record Way(HomeId home, Map<String, String> parameters, String alone) {}

  /// Together what goes to one home.
  @Override
  public void send(List<BulkShare> shares) {
    Map<Way, List<BulkShare>> ways = new LinkedHashMap<>();
    for (BulkShare share : shares) {
      Placement home = share.home();
      if (home == null) {
        share.hold();
        continue;
      }
      try {
        ways.computeIfAbsent(
                new Way(
                    home.home(),
                    share.parameters(home),
                    share.alone() ? share.asked().tenant() : ""),
                _ -> new ArrayList<>())
            .add(share);
      } catch (Refused e) {
        refused(share, e);
      }
    }
    ways.forEach(
        (way, together) -> {
          var leg = new BulkLeg(lane, this, way.home(), way.parameters(), together);
          legs.add(leg);
          leg.mayConnect();
        });
  }

  @Override
  public void apart(BulkLeg by, List<BulkShare> shares) {
    shares.forEach(BulkShare::sendAlone);
    again(by, shares, "the home refuses them");
  }

  @Override
  public void again(BulkLeg by, List<BulkShare> shares, String why) {
    legs.remove(by);
    if (over) {
      return;
    }
    List<BulkShare> more = new ArrayList<>();
    for (BulkShare each : shares) {
      if (each.mayTry()) {
        more.add(each);
      } else {
        unavailable(each, why);
      }
    }
    send(more);
  }

  // --- what becomes of them

  @Override
  public void refused(BulkShare share, Refused why) {
    settle(share, each -> answer.refused(each, why));
  }

  @Override
  public void unavailable(BulkShare share, String why) {
    lane.serving().refusals().increment();
    refused(
        share, new Refused(UNAVAILABLE, Refused.RETRY, why + "; nothing was done, send it again"));
  }

  @Override
  public void unknown(BulkShare share, String why) {
    lane.serving().unknowns().increment();
    refused(share, new Refused(UNAVAILABLE, Refused.UNKNOWN, why));
  }

  @Override
  public void unsettled(BulkShare share) {
    if (open.contains(share)) {
      unknown(
          share, "the home's answer could not be read; the write may or may not have been done");
    }
  }

  @Override
  public void settle(BulkShare share, Consumer<BulkShare> how) {
    if (!over && open.remove(share)) {
      how.accept(share);
      share.release();
      endIfDone();
    }
  }

  @Override
  public BulkAnswer answer() {
    return answer;
  }

  private void endIfDone() {
    if (!over && open.isEmpty()) {
      over = true;
      long millis = (lane.loop().nanos() - sinceNanos) / 1_000_000L;
      to.done(answer.head(), answer.text(millis));
    }
  }

  @Override
  public void cancel() {
    over = true;
    legs.forEach(BulkLeg::clientGone);
    open.forEach(BulkShare::release);
    open.clear();
  }
}
