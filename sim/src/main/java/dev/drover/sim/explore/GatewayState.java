package dev.drover.sim.explore;

import dev.drover.core.fleet.View.ReceiptState;
import java.util.Arrays;

/// A gateway, together with what the store knows of it. Sessions are numbers from 1; 0 is none.
final class GatewayState implements GuardValue.Sessions {
  /// Where it is in joining (DESIGN.md G1).
  enum Phase {
    /// A lease is missing.
    LEASING,
    /// Has registered, and reads the records.
    READING,
    SERVING,
    /// Only by [Deviation#READS_ROUTES_BEFORE_IT_REGISTERS]: has read, and registers.
    REGISTERING,
    CRASHED
  }

  Phase phase = Phase.SERVING;

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

  // A receipt on its way.
  int sentEpoch = -1;
  int sentLease;

  int viewEpoch;
  ReceiptState receipt = ReceiptState.NONE;
  int earlyEpoch;

  /// The last one is the one that new requests get.
  GuardValue[] guards = {GuardValue.on(true, 1)};

  Op[] writes;
  Op[] reads;

  GatewayState(Size size) {
    writes = new Op[size.writes()];
    reads = new Op[size.reads()];
    Arrays.fill(writes, Op.NEW);
    Arrays.fill(reads, Op.NEW);
  }

  /// One that has crashed.
  GatewayState(Op[] orphans, int reads) {
    phase = Phase.CRASHED;
    longStands = false;
    shortStands = false;
    writes = orphans;
    this.reads = new Op[reads];
    Arrays.fill(this.reads, Op.UNKNOWN);
  }

  private GatewayState(GatewayState that) {
    phase = that.phase;
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
    viewEpoch = that.viewEpoch;
    receipt = that.receipt;
    earlyEpoch = that.earlyEpoch;
    guards = that.guards.clone();
    writes = that.writes.clone();
    reads = that.reads.clone();
  }

  GatewayState copy() {
    return new GatewayState(this);
  }

  @Override
  public boolean holds(boolean isLong, int session) {
    return isLong ? longStands && longSession == session : shortStands && shortSession == session;
  }

  @Override
  public int shortSession() {
    return shortSession;
  }

  boolean alive() {
    return phase != Phase.CRASHED;
  }

  int current() {
    return guards.length - 1;
  }

  boolean serves() {
    return alive() && guards[current()].stands(this);
  }

  boolean quiet() {
    return Arrays.stream(writes).noneMatch(Op::inFlight);
  }

  boolean allOver() {
    return Arrays.stream(writes).allMatch(Op::over) && Arrays.stream(reads).allMatch(Op::over);
  }

  /// Whether the store's lease is one that the gateway still counts on.
  boolean countsOn(boolean isLong, int lease) {
    return holds(isLong, lease) || (isLong ? longPending : shortPending) == lease;
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
      if (op.inFlight()) {
        place[op.guard()] = 0;
      }
    }
  }

  private static void move(Op[] ops, int[] place) {
    for (int i = 0; i < ops.length; i++) {
      if (ops[i].inFlight()) {
        ops[i] = ops[i].under(place[ops[i].guard()]);
      }
    }
  }

  @SuppressWarnings("EnumOrdinal") // not stored
  void into(Fingerprint h) {
    h.add(phase.ordinal(), receipt.ordinal(), viewEpoch, earlyEpoch);
    h.add(longSession, shortSession, longPending, shortPending);
    h.add(longStands ? 1 : 0, shortStands ? 1 : 0, storeLong, storeShort);
    h.add(givenEpoch, givenLease, sentEpoch, sentLease);
    h.add(guards.length);
    for (GuardValue g : guards) {
      h.add(g.onLong() ? 1 : 0, g.session(), g.shifted(), g.over() ? 1 : 0);
    }
    for (Op op : writes) {
      h.add(op.phase().ordinal(), op.home(), op.guard(), 0);
    }
    for (Op op : reads) {
      h.add(op.phase().ordinal(), op.home(), op.guard());
      h.writes(op.known());
    }
  }
}
