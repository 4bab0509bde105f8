package dev.drover.torture.plan;

import java.time.Duration;

/// What can be done to the fleet. Weights say how often each is drawn, durations how long it lasts;
/// pauses last for up to three short leases.
public enum FaultKind {
  /// `kill -9` of a gateway; started again afterwards.
  KILL_GATEWAY(6, 200, 3_000),
  /// `kill -9` of a server, and with it of its store, if that is the embedded one.
  KILL_SERVER(4, 200, 3_000),
  /// `kill -9` of a home, which persists every write before it answers it.
  KILL_HOME(4, 200, 2_000),
  /// The same, for so long that fallbacks take over.
  LOSE_HOME(8, 5_000, 10_000),
  /// `kill -9` of a client.
  KILL_CLIENT(3, 200, 1_000),
  /// `kill -9` of a process of the store, where that is apart from the server.
  KILL_STORE(5, 200, 3_000),
  /// SIGSTOP and SIGCONT.
  PAUSE_GATEWAY(7, 300, 6_000),
  PAUSE_SERVER(4, 300, 6_000),
  PAUSE_HOME(4, 300, 4_000),
  /// The same, for so long that fallbacks take over.
  FREEZE_HOME(5, 5_000, 10_000),
  PAUSE_CLIENT(3, 300, 6_000),
  PAUSE_STORE(6, 300, 6_000),
  /// All connections of a wire are reset, once.
  CUT(14, 0, 0),
  /// The same, and nobody can connect.
  REFUSE(8, 200, 4_000),
  /// One direction of a wire is slow.
  DELAY(12, 500, 4_000),
  /// One direction of a wire is silent; what was sent arrives afterwards.
  HOLD(12, 300, 6_000),
  /// Both directions are.
  HOLD_BOTH(8, 300, 6_000),
  /// One direction of all connections of a wire ends in order.
  HALF_CLOSE(9, 0, 0),
  /// A gateway and the store do not hear of each other for longer than the long lease.
  ISOLATE(1, 32_000, 36_000),
  /// The disk under the store is full.
  FULL_DISK(3, 1_000, 6_000),
  /// Who holds the store is killed while its disk is full, and started again on the full disk.
  KILL_ON_FULL_DISK(2, 1_000, 5_000),
  /// The store is killed while nothing else is wrong: partitions at rest must not notice. Not drawn
  /// but made at set times.
  STORE_OUTAGE(0, 1_000, 6_000),
  /// A home is killed or stands still while nothing else is wrong, until a fallback has taken over.
  /// Not drawn but made at set times.
  HOME_OUTAGE(0, 0, 0),
  /// A client of a gateway that means harm, beside the others (`TortureKit.harm`). Not drawn but
  /// made at moments of its own. It excuses nobody's late answer.
  HOSTILE_CLIENT(0, 1_000, 5_000),
  /// An old copy of the embedded store is put in the newest one's place: the server must refuse to
  /// start by it. Made while nothing else is wrong, as are changes of a server's configuration.
  RESTORE_STORE(0, 0, 0),
  /// A server is started on a configuration with a mistake, which it must refuse.
  EDIT_SERVER(0, 0, 0),
  /// So is a gateway.
  EDIT_GATEWAY(0, 0, 0),
  /// A gateway is started without a home that is not in use, where no move may go meanwhile.
  LACK_HOME(0, 0, 0),
  /// A home from which no scope is served is ended and begins again with no data, most often while
  /// a scope moves there: nothing may be lost.
  EMPTY_TARGET(0, 0, 0),
  /// The same with a home at which is the one scope that may be lost, most often while that moves
  /// away: nothing else may be lost.
  EMPTY_OWNER(0, 0, 0);

  private final int weight;
  private final int millisMin;
  private final int millisMax;

  FaultKind(int weight, int millisMin, int millisMax) {
    this.weight = weight;
    this.millisMin = millisMin;
    this.millisMax = millisMax;
  }

  int weight() {
    return weight;
  }

  Duration lasts(double fraction) {
    return Duration.ofMillis(millisMin + (long) (fraction * (millisMax - millisMin)));
  }

  /// Whether it needs a disk that can be filled.
  public boolean needsDisk() {
    return this == FULL_DISK || this == KILL_ON_FULL_DISK;
  }

  /// Whether it needs a store with processes of its own.
  public boolean needsStoreApart() {
    return this == KILL_STORE || this == PAUSE_STORE;
  }

  /// Whether it takes that nothing else is wrong.
  public boolean needsCalm() {
    return this == STORE_OUTAGE
        || this == HOME_OUTAGE
        || this == RESTORE_STORE
        || this == EDIT_SERVER;
  }

  /// Whether it lasts for as long as moves that it makes.
  public boolean waitsForMoves() {
    return this == EMPTY_TARGET || this == EMPTY_OWNER || this == LACK_HOME;
  }

  /// Whether a home begins again with no data.
  public boolean emptiesHomes() {
    return this == EMPTY_TARGET || this == EMPTY_OWNER;
  }

  /// Whether it is for scopes with a fallback.
  public boolean needsFallback() {
    return this == LOSE_HOME || this == FREEZE_HOME || this == HOME_OUTAGE;
  }

  /// In words of a table.
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
