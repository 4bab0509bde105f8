package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.gateway.net.Admission;
import dev.drover.gateway.net.Exchange;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What several tenants have at one home of a `_bulk`, sent once and under a pass of each. Owned by
/// one event loop.
final class BulkLeg extends Exchange implements HomeRequest.Answer {
  private static final String UNSURE =
      "the gateway was not sure of its route any more when the home answered; the write may or may not have been kept";

  /// What a home says of a whole request that it cannot read.
  private static final Set<Integer> REFUSED = Set.of(400, 404, 406, 413, 415);

  private final Lane lane;
  private final Whole whole;
  private final HomeId home;
  private final Map<String, String> parameters;
  private final List<BulkShare> shares;
  private final HomeRequest request;
  private final CompositeByteBuf answer;
  private List<Sent> sent = List.of();
  private int status;
  private boolean noting;
  private boolean over;

  /// The request that it is a leg of.
  interface Whole extends BulkShare.Whole {
    /// The home has refused them together, and nothing of them was done.
    void apart(BulkLeg by, List<BulkShare> shares);

    /// Nothing of them was done.
    void again(BulkLeg by, List<BulkShare> shares, String why);

    void refused(BulkShare share, Refused why);

    void unknown(BulkShare share, String why);

    /// Its home has answered.
    void unsettled(BulkShare share);

    /// What becomes of a share is known.
    void settle(BulkShare share, Consumer<BulkShare> how);

    BulkAnswer answer();

    /// The client's address.
    String client();
  }

  /// A share that the home was sent.
  record Sent(BulkShare share, Admission by, NotedDeletes deletes) {}

  BulkLeg(
      Lane lane, Whole whole, HomeId home, Map<String, String> parameters, List<BulkShare> shares) {
    super(lane.loop().nanos());
    this.lane = lane;
    this.whole = whole;
    this.home = home;
    this.parameters = parameters;
    this.shares = shares;
    this.request = new HomeRequest(lane, this, new Lane.Use(home, false), this);
    this.answer = lane.alloc().compositeBuffer(Integer.MAX_VALUE);
  }

  // --- on its way

  @Override
  public void mayConnect() {
    if (over || noting || request.begun() || !request.connected()) {
      return;
    }
    List<Admission> by = admissions();
    if (by.isEmpty()) {
      again();
      return;
    }
    admitted(by);
    CompositeByteBuf body = lane.alloc().compositeBuffer(Integer.MAX_VALUE);
    List<Sent> ready = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      add(shares.get(i), by.get(i), body, ready);
    }
    sent = ready;
    if (ready.isEmpty()) {
      body.release();
      end();
      return;
    }
    noting = true;
    note(why -> send(body, why));
  }

  private void add(BulkShare share, Admission by, CompositeByteBuf body, List<Sent> ready) {
    share.over();
    try {
      Plan.Whole items = share.rewritten(by.to());
      body.addComponent(true, items.body());
      var deletes = new NotedDeletes(lane, this, NotedDeletes.Standing.of(share.gate()));
      deletes.of(by.to(), items.deletable());
      ready.add(new Sent(share, by, deletes));
    } catch (Refused e) {
      whole.refused(share, e);
    }
  }

  /// A pass of each; none if a tenant is held, or is to be asked elsewhere or otherwise.
  private List<Admission> admissions() {
    List<Admission> all =
        switch (Admission.of(lane.loop(), true, shares.stream().map(BulkShare::gate).toList())) {
          case Admission.Several.Held _ -> List.of();
          case Admission.Several.Admitted admitted -> admitted.admissions();
        };
    for (int i = 0; i < all.size(); i++) {
      if (!isFor(shares.get(i), all.get(i))) {
        all.forEach(each -> each.giveBack(lane.loop()));
        return List.of();
      }
    }
    return all;
  }

  private boolean isFor(BulkShare share, Admission by) {
    try {
      return by.to().home().equals(home) && share.parameters(by.to()).equals(parameters);
    } catch (Refused e) {
      // Is told when it is sent by its new route.
      return false;
    }
  }

  /// Nothing was done: each tenant's items are sent by its route of now.
  private void again() {
    end();
    whole.again(this, shares, "the tenants' routes change all the time");
  }

  private void send(ByteBuf body, @Nullable String why) {
    noting = false;
    if (over) {
      body.release();
      return;
    }
    if (why != null) {
      body.release();
      List<Sent> all = sent;
      end();
      all.forEach(each -> whole.unavailable(each.share(), why));
      return;
    }
    Asked first = sent.getFirst().share().asked();
    request.begin(
        first.outgoing("POST", List.of("_bulk"), parameters, body.readableBytes()).plain());
    request.send(body);
    request.end();
    body.release();
  }

  /// Notes what may be deleted of tenants that move.
  ///
  /// @param then told why it could not be noted, or null if all is
  private void note(Consumer<@Nullable String> then) {
    note(sent.iterator(), then);
  }

  private void note(Iterator<Sent> left, Consumer<@Nullable String> then) {
    while (left.hasNext()) {
      NotedDeletes next = left.next().deletes();
      if (next.due()) {
        next.note(
            why -> {
              if (why == null) {
                note(left, then);
              } else {
                then.accept(why);
              }
            });
        return;
      }
    }
    then.accept(null);
  }

  // --- what comes back

  @Override
  public void head(HttpResponse head) {
    status = head.status().code();
  }

  @Override
  public void piece(ByteBuf piece, boolean last) {
    if (over) {
      piece.release();
      return;
    }
    answer.addComponent(true, piece);
    if (last) {
      note(this::answered);
    }
  }

  private void answered(@Nullable String notNoted) {
    if (over) {
      return;
    }
    if (shares.size() > 1 && REFUSED.contains(status)) {
      // Nothing was done. Whose fault it was only shows when each is sent by itself.
      List<BulkShare> all = sent.stream().map(Sent::share).toList();
      end();
      whole.apart(this, all);
      return;
    }
    try {
      tell(notNoted);
    } finally {
      end();
      // None is left, unless something went wrong here.
      sent.forEach(each -> whole.unsettled(each.share()));
    }
  }

  private void tell(@Nullable String notNoted) {
    JsonNode read = BulkAnswer.read(answer);
    long now = lane.loop().nanos();
    boolean all = stands(now);
    int expected = sent.stream().mapToInt(each -> each.share().places().size()).sum();
    int first = 0;
    for (Sent each : sent) {
      int at = first;
      first += each.share().places().size();
      if (notNoted != null) {
        whole.unknown(
            each.share(),
            notNoted + "; the write was done, but may be lost by the move: send it again");
      } else if (!all) {
        whole.unknown(each.share(), UNSURE);
      } else {
        whole.settle(
            each.share(),
            share -> whole.answer().answered(share, each.by().to(), status, read, at, expected));
      }
    }
  }

  @Override
  public void failed(String why, boolean had) {
    if (over) {
      return;
    }
    if (had) {
      note(
          _ -> {
            List<Sent> all = sent;
            end();
            all.forEach(
                each ->
                    whole.unknown(each.share(), why + "; the write may or may not have been done"));
          });
    } else {
      List<BulkShare> kept = request.begun() ? sent.stream().map(Sent::share).toList() : shares;
      end();
      whole.again(this, kept, why);
    }
  }

  /// The client is gone. A write that the home may have keeps its passes until that has answered.
  void clientGone() {
    boolean homeHasIt = request.begun() && !request.isSending();
    if (!over && !homeHasIt) {
      end();
    }
  }

  private void end() {
    if (!over) {
      over = true;
      leave(lane.loop());
      request.cancel();
      answer.release();
    }
  }

  @Override
  public String client() {
    return whole.client();
  }

  @Override
  public String name() {
    return "bulk";
  }

  @Override
  public String item() {
    return "";
  }
}
