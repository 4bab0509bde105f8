package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Route;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.bulk.BulkParts;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One tenant's items of a `_bulk` of several tenants. Owned by one event loop.
final class BulkShare implements Hold.Waiter {
  private static final int TRIES_MAX = 10;

  private final Lane lane;
  private final Asked asked;
  private final Gate gate;
  private final Optional<String> index;
  private final Whole whole;
  private final List<Integer> places = new ArrayList<>();
  private final CompositeByteBuf body;
  private final Hold hold;
  private int tries;
  private boolean alone;

  /// The request that it is a share of.
  interface Whole {
    /// Sends each by its route of now.
    void send(List<BulkShare> shares);

    /// Nothing of it was done, and it may be sent again.
    void unavailable(BulkShare share, String why);
  }

  /// @param index the one that the URL names
  BulkShare(Lane lane, Asked asked, Gate gate, Optional<String> index, Whole whole) {
    this.lane = lane;
    this.asked = asked;
    this.gate = gate;
    this.index = index;
    this.whole = whole;
    this.body = lane.alloc().compositeBuffer(Integer.MAX_VALUE);
    this.hold = new Hold(lane, this);
  }

  /// @param place of the item in the client's request, from 0
  void add(int place, BulkParts.Part part) {
    places.add(place);
    body.addComponent(true, part.bytes().retain());
  }

  /// Where its items stand in the client's request.
  List<Integer> places() {
    return places;
  }

  Gate gate() {
    return gate;
  }

  Asked asked() {
    return asked;
  }

  /// Where it goes now; null if it has to wait.
  @Nullable Placement home() {
    Route route = gate.route();
    return route.guard().stands(lane.loop().nanos()) ? route.writes() : null;
  }

  /// What of the URL a home is asked at this place.
  Map<String, String> parameters(Placement at) throws Refused {
    return asked.parameters(asked.at(at), false);
  }

  /// The items as they go to a home, and what may be deleted by them.
  Plan.Whole rewritten(Placement to) throws Refused {
    BulkBody bulk = new BulkTarget(asked, index).bulk(asked.at(to));
    ByteBuf out = bulk.piece(body.retainedSlice(), true);
    return new Plan.Whole(asked.sent(), out, bulk.deletable());
  }

  /// @return false if it has been tried too often
  boolean mayTry() {
    return ++tries <= TRIES_MAX;
  }

  /// It is sent by itself from now on.
  void sendAlone() {
    alone = true;
  }

  boolean alone() {
    return alone;
  }

  // --- waiting for its tenant

  void hold() {
    hold.begin(gate, body.readableBytes());
  }

  void over() {
    hold.over();
  }

  /// Nobody needs it any more.
  void release() {
    hold.over();
    if (body.refCnt() > 0) {
      body.release();
    }
  }

  @Override
  public boolean isGone() {
    return body.refCnt() == 0;
  }

  @Override
  public void goOn() {
    whole.send(List.of(this));
  }

  @Override
  public void heldTooLong(String why) {
    whole.unavailable(this, why);
  }
}
