package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which elements of a few big keys are written at the source. Tracking tells of keys only, and to
/// look through a hash of a million fields takes longer than a hold may. So, for as long as such a
/// key keeps changing, the source is asked to MONITOR what it does, on a connection of its own with
/// a thread that keeps a [Journal] of each key.
///
/// A key has a base once all of its elements have been brought over while it was watched: from then
/// on it is equal at both homes but for what its journal has. A command that may have written what
/// it does not tell takes the base away, and so does all that is lost; then the key is looked
/// through as a whole again. What MONITOR does not show are removals of a whole key, and clients
/// that had blocked before: they show in the number of elements, or by [Lasting].
///
/// Thread-safe.
final class ElementWatch implements AutoCloseable {
  private static final int KEYS_MAX = 16;
  private static final int LINE_BYTES_MAX = 1 << 20;

  /// They may change every key, and name none.
  private static final List<byte[]> ALL_KEYS =
      List.of(Scope.utf8("swapdb\""), Scope.utf8("flushall\""), Scope.utf8("flushdb\""));

  private final RedisHome source;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;

  // All below is guarded by this.
  private final Map<Key, Watched> keys = new HashMap<>();
  private @Nullable RespConnection connection;
  private String problem = "";
  private boolean refused;
  private final List<Mark> awaited = new ArrayList<>();

  /// Makes marks that nobody can guess.
  private String secret = "";

  private long marks;
  private long writtenAtNanos;
  private boolean closed;

  ElementWatch(RedisHome source, RedisMoverOptions options, LongSupplier nanoClock) {
    this.source = source;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  /// Watches a key from now on, if that is possible.
  synchronized void watch(byte[] key) {
    if (closed || refused || keys.size() >= KEYS_MAX) {
      return;
    }
    if (connection == null) {
      try {
        connection = monitor();
        problem = "";
      } catch (IOException e) {
        refused = e instanceof RespFailure;
        problem =
            "%s cannot be asked to MONITOR which elements: %s"
                .formatted(source, e instanceof RespFailure f ? f.words() : e.getMessage());
        return;
      }
    }
    writtenAtNanos = nanoClock.getAsLong();
    keys.computeIfAbsent(new Key(key), _ -> new Watched(key));
  }

  private RespConnection monitor() throws IOException {
    RespConnection opened = Homes.connect(source, options);
    try {
      if (!opened.call("MODULE", "LIST").items().isEmpty()) {
        throw new RespFailure(
            opened.endpoint().toString(), "it has modules, whose writes MONITOR may not show");
      }
      secret = opened.call("ACL", "GENPASS").text();
      opened.call("MONITOR");
      opened.readMillisMax(0);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name("drover-elements").start(() -> read(opened));
    return opened;
  }

  /// Why nothing is watched; empty if nothing was wrong.
  synchronized String problem() {
    return problem;
  }

  /// Why a key has to be looked through as a whole; empty if nothing was wrong.
  synchronized String problem(byte[] key) {
    Watched watched = keys.get(new Key(key));
    return watched == null || watched.based ? problem : watched.problem;
  }

  private void read(RespConnection from) {
    try {
      while (true) {
        note(from.readLine(LINE_BYTES_MAX));
      }
    } catch (IOException | RuntimeException | InterruptedException e) {
      lose(from, String.valueOf(e.getMessage()));
    }
  }

  private synchronized void lose(@Nullable RespConnection lost, String why) {
    if (lost != null && lost == connection) {
      problem = "%s no longer shows which elements: %s".formatted(source, why);
      stop(lost);
    }
  }

  private void stop(RespConnection running) {
    running.close();
    connection = null;
    keys.clear();
    notifyAll();
  }

  private synchronized void note(byte[] line) throws IOException, InterruptedException {
    boolean cut = line.length == LINE_BYTES_MAX;
    if (!cut) {
      arrive(line);
    }
    if (namesNoKey(line)) {
      keys.values().forEach(Watched::spoil);
      return;
    }
    MonitorLine parsed = null;
    for (Map.Entry<Key, Watched> each : keys.entrySet()) {
      Watched watched = each.getValue();
      if (watched.journal != null && (cut || MonitorLine.holds(line, watched.quoted))) {
        parsed = parsed == null ? MonitorLine.parse(line) : parsed;
        byte[] key = each.getKey().bytes();
        if (!cut) {
          written(watched, parsed, key);
        } else if (!SparingCommands.spare(parsed, key)) {
          watched.problem = "a command of it is longer than " + LINE_BYTES_MAX + " bytes";
          watched.spoil();
        }
      }
    }
  }

  private void arrive(byte[] line) throws IOException, InterruptedException {
    Mark beginning = null;
    for (Mark mark : awaited) {
      if (!mark.arrived
          && MonitorLine.holds(line, mark.quoted)
          && MonitorLine.parse(line).isMark(mark.word())) {
        mark.arrive();
        beginning = mark.held ? mark : beginning;
        notifyAll();
      }
    }
    long deadline = nanoClock.getAsLong() + Sentinels.WATCH_NANOS_MAX;
    while (beginning != null && beginning.held && connection != null) {
      long left = deadline - nanoClock.getAsLong();
      beginning.held = left > 0;
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1));
    }
  }

  private static boolean namesNoKey(byte[] line) {
    int at = MonitorLine.beginOfWords(line) + 1;
    return at > 0 && ALL_KEYS.stream().anyMatch(word -> isAt(line, at, word));
  }

  private static boolean isAt(byte[] line, int at, byte[] word) {
    int i = 0;
    while (i < word.length && at + i < line.length && (line[at + i] | 0x20) == (word[i] | 0x20)) {
      i++;
    }
    return i == word.length;
  }

  private void written(Watched watched, MonitorLine line, byte[] key) {
    Journal journal = watched.journal;
    if (journal == null) {
      return;
    }
    if (!journal.note(line, key)) {
      watched.problem =
          "%s does not tell which elements it writes"
              .formatted(line.name().toUpperCase(Locale.ROOT));
      watched.spoil();
    } else if (!journal.isEmpty()) {
      writtenAtNanos = nanoClock.getAsLong();
    }
  }

  synchronized boolean isOn() {
    return connection != null;
  }

  synchronized boolean watches(byte[] key) {
    return keys.containsKey(new Key(key));
  }

  /// A look through all of a key's elements begins.
  ///
  /// @return whether it can become a base
  synchronized boolean begin(byte[] key, Journal journal) {
    Watched watched = keys.get(new Key(key));
    if (watched == null) {
      return false;
    }
    watched.spoil();
    watched.copied = null;
    watched.journal = journal;
    return true;
  }

  /// The same for a key of which it has to be known that it [#lasts].
  ///
  /// @param lasting read before
  synchronized boolean begin(byte[] key, Journal journal, Lasting lasting) {
    Watched watched = keys.get(new Key(key));
    if (watched == null || !lasting.since(lasting)) {
      return false;
    }
    watched.lasting = lasting;
    return begin(key, journal);
  }

  /// The same, from a mark of [#expectBegin] on, which has been awaited.
  synchronized boolean begin(byte[] key, Journal journal, Lasting lasting, Mark from) {
    boolean begun = from.held && begin(key, journal, lasting);
    from.held = false;
    notifyAll();
    return begun;
  }

  /// The look has ended, and all is equal but for what was written since it began.
  ///
  /// @return whether that is a base
  synchronized boolean based(byte[] key) {
    Watched watched = keys.get(new Key(key));
    if (watched == null || watched.journal == null) {
      return false;
    }
    watched.based = true;
    return true;
  }

  /// Which part of a list is at the target.
  synchronized Optional<ListJournal.Span> copied(byte[] key) {
    Watched watched = keys.get(new Key(key));
    return watched == null || !watched.based
        ? Optional.empty()
        : Optional.ofNullable(watched.copied);
  }

  synchronized void copied(byte[] key, ListJournal.Span span) {
    Watched watched = keys.get(new Key(key));
    if (watched != null) {
      watched.copied = span;
    }
  }

  /// Takes out what was written since the base, or since it was taken out before. Whoever has it
  /// brings it over, or calls [#spoil].
  synchronized Optional<NameJournal> take(byte[] key) {
    Watched watched = keys.get(new Key(key));
    if (watched == null || !watched.based || !(watched.journal instanceof NameJournal taken)) {
      return Optional.empty();
    }
    watched.journal = taken.next();
    return Optional.of(taken);
  }

  /// These names differ even so.
  ///
  /// @return whether that could be noted
  synchronized boolean giveBack(byte[] key, KeySet differing) {
    Watched watched = keys.get(new Key(key));
    boolean noted =
        watched != null && watched.journal instanceof NameJournal names && names.addAll(differing);
    if (!noted && watched != null) {
      watched.spoil();
    }
    return noted;
  }

  /// Whether something was written since it was last taken out.
  synchronized boolean isWritten(byte[] key) {
    Watched watched = keys.get(new Key(key));
    return watched != null && watched.journal != null && !watched.journal.isEmpty();
  }

  /// Whether the key has been there all the time since this was asked last, or since [#begin].
  synchronized boolean lasts(byte[] key, Lasting now) {
    Watched watched = keys.get(new Key(key));
    Lasting before = watched == null ? null : watched.lasting;
    if (watched == null || before == null) {
      return false;
    }
    watched.lasting = now;
    return now.since(before);
  }

  /// The key has to be looked through as a whole.
  synchronized void spoil(byte[] key) {
    Watched watched = keys.isEmpty() ? null : keys.get(new Key(key));
    if (watched != null) {
      watched.spoil();
      notifyAll();
    }
  }

  /// The same, with a reason for people.
  synchronized void spoil(byte[] key, String why) {
    Watched watched = keys.get(new Key(key));
    if (watched != null) {
      watched.problem = why;
      spoil(key);
    }
  }

  /// Nothing is known about the target any more.
  synchronized void doubt() {
    keys.values().forEach(Watched::spoil);
    notifyAll();
  }

  /// Stops asking the source, if nothing has been written to these keys for so long.
  synchronized void restAfter(long nanos) {
    RespConnection running = connection;
    if (running != null && nanoClock.getAsLong() - writtenAtNanos > nanos) {
      stop(running);
    }
  }

  /// A mark of no key. Has to be told before its command is sent, and be awaited.
  synchronized Mark expect() {
    return expect(word(), null, Mark.At.PASSING);
  }

  /// A mark at which a list's place is seen; empty if its journal is gone.
  synchronized Optional<Mark> expectLook(byte[] key) {
    return expectOf(key, watched -> watched.journal != null, Mark.At.LOOKING);
  }

  /// A mark at which what was written is taken out; empty if there is no base.
  synchronized Optional<Mark> expectTake(byte[] key) {
    return expectOf(key, watched -> watched.based, Mark.At.TAKING);
  }

  /// A mark from which on a journal can be begun; empty if the key is not watched.
  synchronized Optional<Mark> expectBegin(byte[] key) {
    return expectOf(key, _ -> true, Mark.At.BEGINNING);
  }

  private Optional<Mark> expectOf(byte[] key, Predicate<Watched> fit, Mark.At at) {
    Watched watched = keys.get(new Key(key));
    return watched != null && fit.test(watched)
        ? Optional.of(expect(word(), watched, at))
        : Optional.empty();
  }

  private Mark expect(byte[] word, @Nullable Watched key, Mark.At at) {
    Mark mark = new Mark(word, key, at);
    awaited.add(mark);
    return mark;
  }

  private byte[] word() {
    return Scope.utf8("drover:" + secret + ":" + ++marks);
  }

  /// Waits until all that was done before the mark is known; gives up watching if that takes too
  /// long.
  synchronized void await(Mark mark, long nanosMax) throws InterruptedException {
    try {
      long deadline = nanoClock.getAsLong() + nanosMax;
      while (!mark.arrived && connection != null) {
        long left = deadline - nanoClock.getAsLong();
        if (left <= 0) {
          lose(connection, "it lags");
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      }
    } finally {
      awaited.remove(mark);
    }
  }

  /// Waits until all that the source has done so far is known.
  void catchUp(RespConnection at) throws IOException, InterruptedException {
    Mark mark = expect();
    try {
      at.begin(2).arg("PING").arg(mark.word()).flush();
      at.answered();
    } catch (IOException e) {
      forget(mark);
      throw e;
    }
    await(mark, Sentinels.WATCH_NANOS_MAX);
  }

  /// For a mark whose command may not have been done.
  synchronized void forget(Mark mark) {
    awaited.remove(mark);
    mark.held = false;
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    RespConnection running = connection;
    if (running != null) {
      stop(running);
    }
  }
}
