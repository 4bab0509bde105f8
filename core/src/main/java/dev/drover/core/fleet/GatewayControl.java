package dev.drover.core.fleet;

import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// A gateway's control side without its surroundings: a [Membership], a [View] for each partition,
/// and their gates. What has to be done outside, it asks of its [Shell].
///
/// Everything that changes it is called by one owner, one call at a time; what is only looked at
/// ([#views], [#problems], [#membership]) may be read by any thread.
public final class GatewayControl {
  /// What a control needs done. Called in the control's turn, so it must not block; what comes of
  /// it comes back as a call of the control.
  public interface Shell {
    /// Take leases at the store, then tell [#leasesTaken].
    ///
    /// @param attempt to be told back, here and below: the answer to an attempt that was followed
    ///   by another says nothing any more
    void takeLeases(boolean takeLong, boolean takeShort, int attempt);

    /// Register under the leases, then tell [#registered].
    void register(int attempt);

    /// Stop following, read all records linearizably, tell [#routesRead], and follow from there on.
    void readAll(boolean anew, int attempt);

    /// Put a receipt under the short lease, then tell [#receiptEnded].
    void giveReceipt(PartitionId partition, long epoch, long shortLease);

    /// End a cutover that has outlasted its budget, by this compare-and-set. Nothing is told back;
    /// unless it shows in the record, it is asked for again.
    void reopen(Partition next, long expectedVersion);

    /// No pass is out at a closed gate; bring it back as [#quiet]. Called from any thread, possibly
    /// in the control's turn.
    void quiet(PartitionId partition, long epoch);

    /// The data path, to be told of routes.
    RouteListener routes();
  }

  /// A record as it was found in the store.
  ///
  /// @param partition empty if it does not check
  /// @param problem why it does not check, else empty
  public record Found(PartitionId id, long version, Optional<Partition> partition, String problem) {
    public static Found of(Partition partition, long version) {
      return new Found(partition.id(), version, Optional.of(partition), "");
    }

    public static Found corrupt(PartitionId id, long version, String problem) {
      return new Found(id, version, Optional.empty(), problem);
    }
  }

  /// A lease that the store has given.
  ///
  /// @param sentNanos from before it was asked for
  public record Taken(LeaseKind kind, long lease, long sentNanos) {}

  private final LeaseOptions options;
  private final int stripes;
  private final Sessions sessions;
  private final Shell shell;
  private final Map<PartitionId, Served> served = new ConcurrentHashMap<>();

  /// The gates of those whose record has never been read as it does not check.
  private final Map<PartitionId, Gate> unread = new HashMap<>();

  /// Those that are to be woken.
  private final Set<Served> timed = new LinkedHashSet<>();

  private final Map<PartitionId, String> problems = new ConcurrentSkipListMap<>();
  private volatile Membership membership = new Membership.Leasing(true, true);
  private Guard rest;
  private int attempt;
  private long membershipWakeNanos = Long.MAX_VALUE;

  /// @param stripes the number of threads that take passes
  public GatewayControl(LeaseOptions options, int stripes, Sessions sessions, Shell shell) {
    this.options = options;
    this.stripes = stripes;
    this.sessions = sessions;
    this.shell = shell;
    this.rest = new Guard(sessions.longSession());
  }

  public Membership membership() {
    return membership;
  }

  /// The partitions as this gateway knows them.
  public List<View> views() {
    return served.values().stream().map(Served::view).toList();
  }

  /// What is wrong with records, by partition.
  public Map<PartitionId, String> problems() {
    return Map.copyOf(problems);
  }

  /// Begins to join.
  public void start(Moment now) {
    happened(Membership.Event.STARTED, now);
  }

  /// A lease has ended, as [#lapsed] has said.
  public void leaseEnded(LeaseKind kind, Moment now) {
    happened(
        kind == LeaseKind.LONG ? Membership.Event.LONG_ENDED : Membership.Event.SHORT_ENDED, now);
  }

  /// The watch was lost: nothing that changes from now on would be told.
  public void watchLost(Moment now) {
    happened(Membership.Event.WATCH_LOST, now);
  }

  /// The store has given the leases that [Shell#takeLeases] has asked for.
  public void leasesTaken(List<Taken> leases, int asOfAttempt, Moment now) {
    if (asOfAttempt == attempt) {
      leases.forEach(l -> sessions.taken(l.kind(), l.lease(), l.sentNanos()));
      happened(Membership.Event.LEASES_TAKEN, now);
    }
  }

  /// The store has this gateway's records, as [Shell#register] has asked for.
  public void registered(int asOfAttempt, Moment now) {
    if (asOfAttempt == attempt) {
      happened(Membership.Event.REGISTERED, now);
    }
  }

  /// What was asked for was not done.
  ///
  /// @param leasesGone whether the leases have ended at the store; else it may be tried again
  public void failed(boolean leasesGone, int asOfAttempt, Moment now) {
    if (asOfAttempt == attempt) {
      happened(leasesGone ? Membership.Event.LEASES_GONE : Membership.Event.STORE_AWAY, now);
    }
  }

  private void happened(Membership.Event event, Moment now) {
    Membership.Decision decision = Membership.decide(membership, event, now);
    membership = decision.next();
    for (Membership.Effect effect : decision.effects()) {
      switch (effect) {
        case Membership.Effect.TakeLeases take -> {
          if (take.takeLong()) {
            sessions.replacing(LeaseKind.LONG);
          }
          if (take.takeShort()) {
            sessions.replacing(LeaseKind.SHORT);
          }
          shell.takeLeases(take.takeLong(), take.takeShort(), ++attempt);
        }
        case Membership.Effect.Register _ -> shell.register(++attempt);
        case Membership.Effect.ReadAll read -> shell.readAll(read.anew(), ++attempt);
        case Membership.Effect.WakeAt wake -> membershipWakeNanos = wake.nanos();
      }
    }
  }

  /// Which lease has ended in the gateway's own view, if one has: to be told to [#leaseEnded]. May
  /// be called by any thread.
  public Optional<LeaseKind> lapsed(long nowNanos) {
    if (membership instanceof Membership.Leasing) {
      return Optional.empty();
    }
    if (!sessions.registering(LeaseKind.LONG).holds(nowNanos)) {
      return Optional.of(LeaseKind.LONG);
    }
    return sessions.registering(LeaseKind.SHORT).holds(nowNanos)
        ? Optional.empty()
        : Optional.of(LeaseKind.SHORT);
  }

  /// All records were read, as [Shell#readAll] has asked for.
  ///
  /// @param anew as it was told
  public void routesRead(Collection<Found> all, boolean anew, int asOfAttempt, Moment now) {
    if (asOfAttempt != attempt) {
      return;
    }
    if (anew) {
      sessions.adopt();
    }
    Set<PartitionId> gone = new HashSet<>(served.keySet());
    gone.addAll(unread.keySet());
    for (Found found : all) {
      gone.remove(found.id());
      found
          .partition()
          .ifPresentOrElse(
              partition -> {
                View.Event event =
                    anew
                        ? new View.Event.Rejoined(partition, found.version())
                        : new View.Event.Reread(partition, found.version());
                told(partition, found.version(), event, now);
              },
              () -> corrupt(found));
    }
    gone.forEach(this::removed);
    happened(Membership.Event.ROUTES_READ, now);
    if (!rest.servesAs(sessions.longSession())) {
      rest = new Guard(sessions.longSession());
    }
    shell.routes().joined(rest);
  }

  /// The watch has told of a record.
  public void changed(Found found, Moment now) {
    found
        .partition()
        .ifPresentOrElse(
            partition ->
                told(
                    partition,
                    found.version(),
                    new View.Event.Seen(partition, found.version()),
                    now),
            () -> corrupt(found));
  }

  /// The watch has told that a record is gone.
  public void removed(PartitionId id) {
    Served each = served.remove(id);
    problems.remove(id);
    if (each != null) {
      each.stop();
      timed.remove(each);
    }
    if (each != null || unread.remove(id) != null) {
      shell.routes().removed(id);
    }
  }

  /// No pass is out, and none will be while this epoch lasts. It is told once: asking the gate
  /// again would lose it, for a write that is just being turned away counts there for a moment.
  public void quiet(PartitionId id, long epoch, Moment now) {
    event(id, new View.Event.Quiet(epoch), now);
  }

  /// The store has answered a receipt. One that was given under a lease which has been replaced
  /// meanwhile goes with that lease, so it counts as not given.
  public void receiptEnded(PartitionId id, GivenReceipt receipt, boolean given, Moment now) {
    boolean counts = given && receipt.shortLease() == sessions.shortSession().lease();
    event(
        id,
        counts
            ? new View.Event.ReceiptGiven(receipt.epoch())
            : new View.Event.ReceiptFailed(receipt.epoch()),
        now);
  }

  /// Does what is due by now.
  ///
  /// @return when it wants to be called next, or [Long#MAX_VALUE]
  public long wake(Moment now) {
    if (membershipWakeNanos != Long.MAX_VALUE && now.nanos() - membershipWakeNanos >= 0) {
      membershipWakeNanos = Long.MAX_VALUE;
      happened(Membership.Event.TIME_CAME, now);
    }
    List<Served> due = new ArrayList<>();
    for (Served each : timed) {
      if (each.due(now.nanos())) {
        due.add(each);
      }
    }
    for (Served each : due) {
      on(each, new View.Event.TimeCame(), now);
    }
    long next = membershipWakeNanos;
    for (Served each : timed) {
      next = Math.min(next, each.wakeAtNanos());
    }
    return next;
  }

  private void event(PartitionId id, View.Event event, Moment now) {
    Served each = served.get(id);
    if (each != null) {
      on(each, event, now);
    }
  }

  private void told(Partition partition, long version, View.Event event, Moment now) {
    boolean stopped = problems.remove(partition.id()) != null;
    Served each = served.get(partition.id());
    if (each == null) {
      add(partition, version, now);
    } else {
      // What was stopped for a record that did not check has to be put into effect as a whole.
      on(each, stopped ? new View.Event.Rejoined(partition, version) : event, now);
    }
  }

  /// Nothing is served by a record that does not check. One that has never been read has a gate
  /// too, which is closed: without it the data path would take what is in the partition for what is
  /// in none, or in one around it, and send it where it does not belong.
  private void corrupt(Found found) {
    PartitionId id = found.id();
    problems.put(id, found.problem());
    Served each = served.get(id);
    if (each != null) {
      each.stop();
      shell.routes().routed(each.gate());
    } else if (!unread.containsKey(id)) {
      Gate gate = closed(id);
      unread.put(id, gate);
      shell.routes().added(gate);
    }
  }

  private Gate closed(PartitionId id) {
    return new Gate(
        id,
        stripes,
        new Route(0, null, null, new Guard(sessions.longSession())),
        epoch -> shell.quiet(id, epoch));
  }

  private void add(Partition partition, long version, Moment now) {
    PartitionId id = partition.id();
    Gate before = unread.remove(id);
    Gate gate = before == null ? closed(id) : before;
    if (before == null) {
      // Before its route, which may be closed: what is under way must count there first.
      shell.routes().added(gate);
    }
    Served each = new Served(partition, version, gate, sessions, options.shortLease(), shell);
    served.put(id, each);
    each.first(now);
    time(each);
    shell.routes().routed(gate);
  }

  private void on(Served each, View.Event event, Moment now) {
    long before = each.view().partition().epoch();
    boolean anew = event instanceof View.Event.Rejoined;
    each.on(event, now);
    time(each);
    if (anew || each.view().partition().epoch() != before) {
      shell.routes().routed(each.gate());
    }
  }

  private void time(Served each) {
    if (each.wakeAtNanos() == Long.MAX_VALUE) {
      timed.remove(each);
    } else {
      timed.add(each);
    }
  }
}
