package dev.drover.gateway.net;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The legs that wait on one connection, in the order in which their requests went. Each exchange
/// knows by this how many of its legs a home is at. Owned by one event loop.
@SuppressWarnings("ReferenceEquality")
final class Pending implements Iterable<Leg> {
  private final ArrayDeque<Leg> legs = new ArrayDeque<>();

  boolean isEmpty() {
    return legs.isEmpty();
  }

  /// The one that the home is at.
  @Nullable Leg head() {
    return legs.peek();
  }

  void add(Leg leg) {
    leg.exchange().legSent();
    legs.add(leg);
  }

  /// The one that the home is at has its last answer.
  void answered() {
    legs.remove().exchange().legOver();
  }

  /// Nobody wants this one's answer any more.
  void drop(Loop loop, Leg leg) {
    List<Leg> all = List.copyOf(legs);
    legs.clear();
    all.forEach(each -> legs.add(each == leg ? new Dropped(loop, leg) : each));
  }

  /// No answer will come for any of them.
  ///
  /// @return all, the first one first; they are told by the caller
  List<Leg> over() {
    List<Leg> all = List.copyOf(legs);
    legs.clear();
    all.forEach(leg -> leg.exchange().legOver());
    return all;
  }

  /// Tells them that the home has not answered in time: the first one may be why, and those behind
  /// it are told so.
  static void timedOut(List<Leg> all, Leg.Connection on, String why, boolean sent) {
    for (int i = 0; i < all.size(); i++) {
      if (i == 0) {
        all.get(i).failed(on, why, sent);
      } else {
        all.get(i).failedBehind(on, why, sent);
      }
    }
  }

  @Override
  public Iterator<Leg> iterator() {
    return legs.iterator();
  }
}
