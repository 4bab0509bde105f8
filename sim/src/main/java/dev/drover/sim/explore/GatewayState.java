package dev.drover.sim.explore;

import dev.drover.core.fleet.Membership;
import dev.drover.core.fleet.View.ReceiptState;
import java.util.Arrays;

/// A gateway, together with what the store knows of it. Sessions are numbers from 1; 0 is none.
final class GatewayState implements GuardValue.Sessions {
  private static final Op[] NO_OPS = {};

  boolean alive = true;

  /// How far it is in joining (docs/design.md, G1).
  Membership membership = new Membership.Serving();

  /// Whether it has just been started and knows no record.
  boolean blank;

  /// Only by [Deviation#READS_ROUTES_BEFORE_IT_REGISTERS]: the epoch that it has read before it
  /// registers, or 0.
  int earlyEpoch;

  // Its own view of its leases: those in effect, and those taken and not in effect yet.
  int longSession = 1;
  int shortSession = 1;
  boolean longStands = true;
  boolean shortStands = true;
  int longPending;
  int shortPending;

  // What the store has.
  int storeLong = 1;
  int storeShort = 1;
  int givenEpoch = -1;
  int givenLease;

  // A receipt on its way, and the one that is to follow it.
  int sentEpoch = -1;
  int sentLease;
  int wantedEpoch = -1;
  int wantedLease;

  int viewEpoch;
  ReceiptState receipt = ReceiptState.NONE;

  /// The last one is the one that new requests get.
  GuardValue[] guards = {GuardValue.on(true, 1)};

  Op[] writes;
  Op[] reads;

  GatewayState(Size size) {
    writes = size.writes() == 0 ? NO_OPS : new Op[size.writes()];
    reads = size.reads() == 0 ? NO_OPS : new Op[size.reads()];
    Arrays.fill(writes, Op.NEW);
    Arrays.fill(reads, Op.NEW);
  }

  private GatewayState(GatewayState that) {
    alive = that.alive;
    membership = that.membership;
    blank = that.blank;
    earlyEpoch = that.earlyEpoch;
    longSession = that.longSession;
    shortSession = that.shortSession;
    longStands = that.longStands;
    shortStands = that.shortStands;
    longPending = that.longPending;
    shortPending = that.shortPending;
    storeLong = that.storeLong;
    storeShort = that.storeShort;
    givenEpoch = that.givenEpoch;
    givenLease = that.givenLease;
    sentEpoch = that.sentEpoch;
    sentLease = that.sentLease;
    wantedEpoch = that.wantedEpoch;
    wantedLease = that.wantedLease;
    viewEpoch = that.viewEpoch;
    receipt = that.receipt;
    guards = that.guards.clone();
    writes = that.writes.clone();
    reads = that.reads.clone();
  }

  GatewayState copy() {
    return new GatewayState(this);
  }

  /// The process is gone; the store still has its leases.
  void crash() {
    alive = false;
    longStands = false;
    shortStands = false;
    longPending = 0;
    shortPending = 0;
    longSession = 0;
    shortSession = 0;
    sentEpoch = -1;
    sentLease = 0;
    wantedEpoch = -1;
    wantedLease = 0;
    viewEpoch = 0;
    earlyEpoch = 0;
    receipt = ReceiptState.NONE;
    membership = new Membership.Leasing(true, true);
    guards = new GuardValue[] {GuardValue.DEAD};
    for (int i = 0; i < writes.length; i++) {
      writes[i] = writes[i].sent() ? Op.NEW : writes[i];
    }
    Arrays.fill(reads, Op.NEW);
  }

  @Override
  public boolean holds(boolean isLong, int session) {
    return isLong ? longStands && longSession == session : shortStands && shortSession == session;
  }

  @Override
  public int shortSession() {
    return shortSession;
  }

  int current() {
    return guards.length - 1;
  }

  /// Whether it admits requests.
  boolean serves() {
    return alive && !blank && guards[current()].stands(this);
  }

  /// Whether it has joined, and follows the records.
  boolean joined() {
    return membership instanceof Membership.Serving;
  }

  boolean quiet() {
    for (Op write : writes) {
      if (write.sent()) {
        return false;
      }
    }
    return true;
  }

  /// Whether every write was acknowledged, and no read is on its way.
  boolean allOver() {
    for (Op write : writes) {
      if (write.phase() != Op.Phase.OVER) {
        return false;
      }
    }
    for (Op read : reads) {
      if (read.sent()) {
        return false;
      }
    }
    return true;
  }

  /// Whether the store's lease is one that the gateway still counts on.
  boolean countsOn(boolean isLong, int lease) {
    return alive && (holds(isLong, lease) || (isLong ? longPending : shortPending) == lease);
  }

  /// The guard for new requests is from now on one on this session.
  void guardOn(boolean isLong) {
    int session = isLong ? longSession : shortSession;
    if (!guards[current()].servesAs(isLong, session)) {
      guards = Arrays.copyOf(guards, guards.length + 1);
      guards[current()] = GuardValue.on(isLong, session);
    }
    forget();
  }

  /// A receipt is to be given; one is on its way at a time, and next always the newest.
  void give(int epoch) {
    if (sentEpoch < 0) {
      sentEpoch = epoch;
      sentLease = shortSession;
    } else {
      wantedEpoch = epoch;
      wantedLease = shortSession;
    }
  }

  /// The receipt that was on its way has come to its end.
  void sentOne() {
    sentEpoch = wantedEpoch;
    sentLease = wantedLease;
    wantedEpoch = -1;
    wantedLease = 0;
  }

  /// Forgets guards that nothing hangs on.
  void forget() {
    int[] place = new int[guards.length];
    Arrays.fill(place, -1);
    place[current()] = 0;
    mark(writes, place);
    mark(reads, place);
    int next = 0;
    for (int i = 0; i < place.length; i++) {
      if (place[i] == 0) {
        guards[next] = guards[i];
        place[i] = next++;
      }
    }
    if (next < guards.length) {
      guards = Arrays.copyOf(guards, next);
      move(writes, place);
      move(reads, place);
    }
  }

  private static void mark(Op[] ops, int[] place) {
    for (Op op : ops) {
      if (op.guard() >= 0) {
        place[op.guard()] = 0;
      }
    }
  }

  private static void move(Op[] ops, int[] place) {
    for (int i = 0; i < ops.length; i++) {
      if (ops[i].guard() >= 0) {
        ops[i] = ops[i].under(place[ops[i].guard()]);
      }
    }
  }

  private int joining() {
    int at =
        switch (membership) {
          case Membership.Leasing l -> (l.needsLong() ? 2 : 0) + (l.needsShort() ? 1 : 0);
          case Membership.Registering _ -> 4;
          case Membership.Reading r -> r.anew() ? 5 : 6;
          case Membership.Serving _ -> 7;
        };
    return at + (alive ? 8 : 0) + (blank ? 16 : 0);
  }

  /// @param swapped whether its first two writes stand in each other's place
  @SuppressWarnings("EnumOrdinal") // not stored
  void into(Fingerprint h, boolean swapped) {
    h.add(joining(), receipt.ordinal(), viewEpoch, earlyEpoch);
    h.add(longSession, shortSession, longPending, shortPending);
    h.add(longStands ? 1 : 0, shortStands ? 1 : 0, storeLong, storeShort);
    h.add(givenEpoch, givenLease, sentEpoch, sentLease);
    h.add(wantedEpoch, wantedLease, guards.length, 0);
    for (GuardValue g : guards) {
      h.add(g.onLong() ? 1 : 0, g.session(), g.shifted(), g.over() ? 1 : 0);
    }
    for (int i = 0; i < writes.length; i++) {
      Op op = writes[swapped ? 1 - i : i];
      h.add(op.phase().ordinal(), op.home(), op.guard(), 0);
    }
    for (Op op : reads) {
      h.add(op.phase().ordinal(), op.home(), op.guard());
      h.writes(op.known());
    }
  }
}
