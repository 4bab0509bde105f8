package dev.drover.redis.move;

import dev.drover.core.mover.Checkpoints;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespFailure;
import dev.drover.store.trace.Leg;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// One driver's work on one move of a scope.
///
/// What is known about the target is one of: nothing (a comparing rescan is due), or everything but
/// the keys in the dirty set, the streams, and `unverified`. Any lost connection, any doubt about
/// the fence, any lost capture leads back to nothing.
final class RedisMoverSession implements MoverSession {
  private static final int RESCANS_MAX = 3;
  private static final int STRAYS_MAX = 100;
  private static final long OPENING_MILLIS = 20;

  /// A key that takes longer to look through is watched: writers would feel it.
  private static final long WATCH_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long WATCH_REST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final MoverTask task;
  private final RedisHome from;
  private final RedisHome to;
  private final Scope scope;
  private final Fence sourceFence;
  private final Fence targetFence;
  private final Witness witness;
  private final Evictions evictions;
  private final Known known;
  private final Pacer pacer;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private final Consumer<OldHome> watched;
  private final Progress progress;
  private final Sweeper sweeper;
  private final Rates rates;
  private final Rounds rounds;
  private final Lifeline lifeline;
  private volatile boolean settled;

  /// Whether the target was empty after the fence was raised and nothing has been copied since.
  private boolean fresh;

  /// Whether this session has begun to copy.
  private boolean copied;

  /// Whether what an earlier driver has copied was gone on with, or cannot be.
  private boolean resumed;

  /// Whether only a comparing copy can tell what the target holds.
  private boolean rescanDue = true;

  private boolean verified;

  /// Whether [#verify] has succeeded before: then a rescan is followed by a verification, so that a
  /// settle can be tried again after a follow alone.
  private boolean verifiedOnce;

  private KeySet unverified;

  RedisMoverSession(
      MoverTask task,
      RedisHome from,
      RedisHome to,
      MoverListener listener,
      RedisMoverOptions options,
      LongSupplier nanoClock,
      Checkpoints checkpoints,
      Consumer<OldHome> watched) {
    this.task = task;
    this.from = from;
    this.to = to;
    this.scope = new Scope(task.from().locator(), task.options().excluded());
    this.known = new Known(from, options.streamsMax());
    this.evictions = new Evictions(to, nanoClock);
    this.witness = new Witness(task.move(), scope, from, to);
    this.pacer = new Pacer(task.options(), nanoClock);
    this.options = options;
    this.nanoClock = nanoClock;
    this.watched = watched;
    this.progress = new Progress(listener, nanoClock);
    this.sweeper = new Sweeper(from, pacer, evictions, progress, checkpoints, nanoClock);
    this.rates = new Rates(nanoClock);
    this.rounds = new Rounds(known, rates, progress, options, nanoClock);
    this.unverified = options.dirty().newSet();
    this.sourceFence = new Fence(from, scope, task.term());
    this.targetFence = new Fence(to, scope, task.term());
    this.lifeline =
        new Lifeline(
            () ->
                new Wiring(
                    task.move(),
                    from,
                    to,
                    scope,
                    targetFence,
                    witness,
                    known,
                    pacer,
                    options,
                    nanoClock),
            from,
            to,
            options,
            nanoClock,
            progress,
            this::forget);
  }

  /// Connects, so that an unknown address shows at once.
  void connect() throws MoverException, InterruptedException {
    lifeline.attempt(w -> w.homes().options());
  }

  @Override
  public void raiseFence() throws MoverException, InterruptedException {
    lifeline.raiseFence();
  }

  @Override
  public void prepare() throws MoverException, InterruptedException {
    lifeline.capture();
    lifeline.attempt(
        w -> {
          w.capture();
          new AclFencing(scope, targetFence).lift(w.target());
          evictions.look(w.target());
          fresh = !copied && empty(w);
          if (!fresh && !copied && witness.first() && !task.options().overwrite()) {
            throw new MoverException.Refused(
                to
                    + " holds keys under "
                    + scope.name()
                    + " that no copy has brought there: they were written since the look before the"
                    + " move. Remove them, or allow overwriting",
                null);
          }
          return true;
        });
  }

  private boolean empty(Wiring w) throws IOException {
    try (Scan scan = w.scan(to, Scan.START)) {
      while (!scan.done()) {
        if (!scan.next().isEmpty()) {
          return false;
        }
        progress.tell("prepare", 0, -1, 0, "a look at every key of the target");
      }
      return true;
    }
  }

  @Override
  public void copy() throws MoverException, InterruptedException {
    lifeline.attempt(
        w -> {
          copied = true;
          verified = false;
          w.capture();
          if (w.capture().lost() != null || !(fresh ? copyPlain(w) : goOn(w))) {
            rescan(w);
          }
          return true;
        });
  }

  /// Goes on with what an earlier driver has copied. What that is worth the verification shows,
  /// which comes next and compares all of it; after a failure in between a rescan is due.
  ///
  /// @return false if nothing is known of that
  private boolean goOn(Wiring w) throws IOException, MoverException, InterruptedException {
    CopyState state = resumed ? new CopyState.Unknown() : sweeper.resumable(w);
    resumed = true;
    switch (state) {
      case CopyState.Unknown _ -> {
        return false;
      }
      case CopyState.Walking walking -> sweeper.copyOn(w, walking);
      case CopyState.Walked _ -> {}
    }
    rescanDue = w.capture().lost() != null;
    return true;
  }

  private boolean copyPlain(Wiring w) throws IOException, MoverException, InterruptedException {
    fresh = false;
    rescanDue = true;
    sweeper.copy(w);
    rescanDue = w.capture().lost() != null;
    return true;
  }

  /// Compares everything, brings over what differs and removes what is gone at the source.
  private void rescan(Wiring w) throws IOException, MoverException, InterruptedException {
    fresh = false;
    rescanDue = true;
    verified = false;
    known.doubt();
    w.watch().doubt();
    w.capture().restart();
    sweeper.sweep(w, from, "rescan", CopyLane::reconcile);
    sweeper.sweep(w, to, "rescan", CopyLane::dropOrphans);
    rescanDue = w.capture().lost() != null;
  }

  @Override
  public Tail follow() throws MoverException, InterruptedException {
    return lifeline.attempt(this::follow);
  }

  private Tail follow(Wiring w) throws IOException, MoverException, InterruptedException {
    settled = false;
    evictions.look(w.target());
    ensureWhole(w);
    if (verifiedOnce && !verified && !rescanDue) {
      verify(w);
    }
    long began = nanoClock.getAsLong();
    if (!sync(w)) {
      ensureWhole(w);
      sync(w);
    }
    rates.roundTrip(nanoClock.getAsLong() - began);
    KeySet taken = w.capture().take();
    rates.changes(taken.size());
    if (verified) {
      verified = taken.addAll(unverified);
      unverified = newKeySet();
    }
    Rounds.Round round = round(w, taken, verified);
    verified &= unverified.addAll(round.differing());
    List<Known.Cost> changing = changing(w, taken, round.streams());
    watch(w.watch(), changing);
    return rates.tail(w.capture().pending(), round.applied(), changing, w.watch()::problem);
  }

  /// The big keys that a settle would have to look through: those that change from round to round.
  private List<Known.Cost> changing(Wiring w, KeySet taken, KeySet streams) throws IOException {
    List<Known.Cost> changing = new ArrayList<>();
    for (Known.Cost one : known.costs()) {
      byte[] key = one.key().bytes();
      if (taken.contains(key)
          || streams.contains(key)
          || unverified.contains(key)
          || w.capture().isDirty(key)) {
        changing.add(one);
      }
    }
    return changing;
  }

  private static void watch(ElementWatch watch, List<Known.Cost> changing) {
    watch.restAfter(WATCH_REST_NANOS);
    for (Known.Cost one : changing) {
      if (one.nanos() > WATCH_NANOS_MIN) {
        watch.watch(one.key().bytes());
      }
    }
  }

  /// Runs a comparing copy if one is due.
  private void ensureWhole(Wiring w) throws IOException, MoverException, InterruptedException {
    String lost = w.capture().lost();
    if (lost != null) {
      rescanDue = true;
      progress.captureLost(lost);
      if (w.capture().broken()) {
        throw new IOException(lost);
      }
    }
    for (int i = 0; rescanDue && i < RESCANS_MAX; i++) {
      rescan(w);
    }
  }

  private boolean sync(Wiring w) throws IOException, InterruptedException {
    return w.sync();
  }

  /// Brings keys and all streams over; until that has succeeded, nothing is known about the target.
  private Rounds.Round round(Wiring w, KeySet taken, boolean compare)
      throws IOException, MoverException, InterruptedException {
    boolean due = rescanDue;
    rescanDue = true;
    Rounds.Round round = rounds.run(w, taken, compare);
    rescanDue = due;
    return round;
  }

  private KeySet newKeySet() {
    return options.dirty().newSet();
  }

  @Override
  public Verification verify() throws MoverException, InterruptedException {
    return lifeline.attempt(
        w -> {
          ensureWhole(w);
          return verify(w);
        });
  }

  private Verification verify(Wiring w) throws IOException, MoverException, InterruptedException {
    evictions.look(w.target());
    new Libraries(from, to).check(w.source(), w.target());
    Verifier verifier = new Verifier(w, known, this::mend, this::sync, progress);
    for (int i = 0; !verifier.run(); i++) {
      if (i == RESCANS_MAX) {
        throw new MoverException.Mismatch(
            "scope " + scope.name() + ": too many keys differ, again after every comparing copy");
      }
      progress.captureLost("more keys differ than may be remembered");
      rescan(w);
    }
    evictions.look(w.target());
    unverified = verifier.undecided();
    verified = !rescanDue;
    verifiedOnce |= verified;
    return verifier.verification();
  }

  /// Brings keys over for the verifier and says which of them differ even so.
  private KeySet mend(Wiring w, KeySet keys)
      throws IOException, MoverException, InterruptedException {
    return round(w, keys, true).differing();
  }

  @Override
  public boolean fenceSource() throws MoverException, InterruptedException {
    AclFencing users = new AclFencing(scope, sourceFence);
    return lifeline.attempt(
        w -> {
          boolean possible = users.possible(w.homes().sourceFacts());
          if (possible) {
            sourceFence.raise(w.source());
            users.raise(w.source());
          }
          return possible;
        });
  }

  @Override
  public void unfenceSource() throws MoverException, InterruptedException {
    lifeline.attempt(
        w -> {
          sourceFence.raise(w.source());
          new AclFencing(scope, sourceFence).lift(w.source());
          return true;
        });
  }

  @Override
  public Settlement settle() throws MoverException, InterruptedException {
    Wiring w = lifeline.current();
    if (w == null || rescanDue || !verified) {
      return new Settlement.Unsettled(
          verified || rescanDue
              ? "a comparing copy is due: something may have been missed"
              : "not verified yet");
    }
    return lifeline.once(
        w,
        this::settle,
        e ->
            new Settlement.Unsettled(
                e instanceof RespFailure f
                    ? f.endpoint() + " refused: " + f.words()
                    : "a home was lost: " + e.getMessage()));
  }

  private Settlement settle(Wiring w) throws IOException, MoverException, InterruptedException {
    long tail = 0;
    for (int i = 0; i < options.settleRoundsMax(); i++) {
      long begun = Leg.begun();
      if (!syncOrDoubt(w)) {
        return new Settlement.Unsettled("capture was lost: " + w.capture().lost());
      }
      Leg.ended("sentinel", scope.name(), 0, begun);
      long synced = Leg.begun();
      evictions.ask(w.target());
      Rounds.Round round = tailRound(w);
      evictions.answer(w.target());
      tail += round.changed();
      Leg.ended("tail is brought over and compared", round.changed() + " keys", 0, synced);
      if (rescanDue) {
        return new Settlement.Unsettled("more keys changed than may be remembered");
      }
      // All writes through gateways had ended before the sentinel, so one round has brought them.
      // What goes around the gateways is brought too if it was reported by now; the rest is stray.
      if (unverified.isEmpty() && w.capture().isClean()) {
        if (round.applied() == 0) {
          // Each write has shown by itself that the fence still is ours.
          w.lane().writer().confirm();
        }
        settled = true;
        String position = Scope.shown(w.position());
        return new Settlement.Settled(position, -1, tail, tail);
      }
    }
    String name =
        unverified.isEmpty()
            ? "the source keeps changing"
            : "key " + Scope.shown(unverified.get(0)) + " keeps differing";
    return new Settlement.Unsettled(name + " after " + options.settleRoundsMax() + " rounds");
  }

  /// @return false if something may have been missed; then a comparing copy is due
  private boolean syncOrDoubt(Wiring w) throws IOException, InterruptedException {
    boolean synced = sync(w);
    if (!synced) {
      rescanDue = true;
      progress.captureLost(String.valueOf(w.capture().lost()));
    }
    return synced;
  }

  /// Brings over and compares all that has changed; if that is more than can be remembered, a
  /// comparing copy is due.
  private Rounds.Round tailRound(Wiring w)
      throws IOException, MoverException, InterruptedException {
    KeySet taken = w.capture().take();
    boolean whole = taken.addAll(unverified);
    unverified = newKeySet();
    Rounds.Round round = round(w, taken, true);
    unverified = round.differing();
    rescanDue |= !whole;
    return round;
  }

  @Override
  public List<String> strays() throws MoverException, InterruptedException {
    if (!settled) {
      // Whoever purges looks at each key. Without a purge nobody does.
      return task.options().keepSource()
          ? List.of("(nobody looked: the driver has changed since the last tail)")
          : List.of();
    }
    // What comes after the hold leaves the CPUs to those who open, and to held writers.
    TimeUnit.MILLISECONDS.sleep(OPENING_MILLIS);
    return lifeline.attempt(
        w -> {
          if (!sync(w)) {
            progress.captureLost("strays cannot be seen: " + w.capture().lost());
          }
          List<byte[]> found = w.capture().peek(STRAYS_MAX * 10);
          List<byte[]> gone = w.lane().missingAtSource(found);
          KeySet missing = newKeySet();
          gone.forEach(missing::add);
          List<byte[]> strays =
              found.stream().filter(k -> !missing.contains(k)).limit(STRAYS_MAX).toList();
          return strays.stream().map(Scope::shown).toList();
        });
  }

  /// With the connections goes all that was known about the target.
  private void forget() {
    fresh = false;
    rescanDue = true;
    verified = false;
  }

  /// Who purges the old home goes on watching it.
  @Override
  public void close() {
    Wiring w = lifeline.current();
    if (settled && w != null && !task.options().keepSource()) {
      settled = false;
      Capture capture = w.handOver();
      if (capture != null) {
        watched.accept(new OldHome(task.move(), capture, witness));
      }
    }
    lifeline.close();
  }
}
