package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Which elements of a few big keys are written at the source. Tracking tells of keys only, and to
/// look through a hash of a million fields takes longer than a hold may. So, for as long as such a
/// key keeps changing, the source is asked to MONITOR what it does, on a connection of its own with
/// a thread that keeps the names of written elements.
///
/// A key has a base once all of its elements have been compared while it was watched: from then on
/// it is equal at both homes but for the elements written since. A command that may have written
/// what it does not name takes the base away, and so does all that is lost; then the key is looked
/// through as a whole again. What MONITOR does not show, such as a removal by expiry or by a client
/// that had blocked before, only ever removes elements, and shows in their number.
///
/// Thread-safe.
final class ElementWatch implements AutoCloseable {
  private static final int KEYS_MAX = 16;
  private static final int LINE_BYTES_MAX = 1 << 20;
  private static final int NAMES_MAX = 100_000;
  private static final long NAME_BYTES_MAX = 8L << 20;
  private static final byte[] SWAP = {'s', 'w', 'a', 'p', 'd', 'b', '"'};

  private final RedisHome source;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;

  // All below is guarded by this.
  private final Map<Key, Watched> keys = new HashMap<>();
  private @Nullable RespConnection connection;
  private String problem = "";
  private boolean refused;
  private byte[] awaited = {};
  private byte[] awaitedQuoted = MonitorLine.quoted(awaited);
  private boolean arrived;
  private long writtenAtNanos;
  private boolean closed;

  /// What is known of one key.
  private static final class Watched {
    private final byte[] quoted;
    private KeySet names = names();
    private boolean based;
    private boolean basing;

    Watched(byte[] key) {
      this.quoted = MonitorLine.quoted(key);
    }

    void spoil() {
      based = false;
      basing = false;
      names = names();
    }
  }

  ElementWatch(RedisHome source, RedisMoverOptions options, LongSupplier nanoClock) {
    this.source = source;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  static KeySet names() {
    return new KeySet(NAMES_MAX, NAME_BYTES_MAX);
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
        refused = true;
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
        throw new IOException("it has modules, whose writes MONITOR may not show");
      }
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

  private void read(RespConnection from) {
    try {
      while (true) {
        note(from.readLine(LINE_BYTES_MAX));
      }
    } catch (IOException | RuntimeException e) {
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

  private synchronized void note(byte[] line) throws IOException {
    boolean cut = line.length == LINE_BYTES_MAX;
    if (!cut && MonitorLine.holds(line, awaitedQuoted)) {
      arrived |= MonitorLine.parse(line).isMark(awaited);
      notifyAll();
    }
    if (swaps(line)) {
      keys.values().forEach(Watched::spoil);
      return;
    }
    MonitorLine parsed = null;
    for (Map.Entry<Key, Watched> each : keys.entrySet()) {
      Watched watched = each.getValue();
      byte[] key = each.getKey().bytes();
      if (cut || MonitorLine.holds(line, watched.quoted)) {
        parsed = parsed == null ? MonitorLine.parse(line) : parsed;
        if (!cut) {
          written(watched, ElementWrites.of(parsed, key));
        } else if (!ElementWrites.spares(parsed, key)) {
          watched.spoil();
        }
      }
    }
  }

  /// Whether two databases change places, which names no key.
  private static boolean swaps(byte[] line) {
    int at = MonitorLine.beginOfWords(line) + 1;
    if (at == 0 || at + SWAP.length > line.length) {
      return false;
    }
    int i = 0;
    while (i < SWAP.length && (line[at + i] | 0x20) == (SWAP[i] | 0x20)) {
      i++;
    }
    return i == SWAP.length;
  }

  private void written(Watched watched, Optional<List<byte[]>> names) {
    if (names.isEmpty()) {
      watched.spoil();
      return;
    }
    for (byte[] name : names.get()) {
      writtenAtNanos = nanoClock.getAsLong();
      if (!watched.names.add(name)) {
        watched.spoil();
        return;
      }
    }
  }

  /// A look through all of a key's elements begins.
  ///
  /// @return whether it can become a base
  synchronized boolean begin(byte[] key) {
    Watched watched = keys.get(new Key(key));
    if (watched == null) {
      return false;
    }
    watched.spoil();
    watched.basing = true;
    return true;
  }

  /// The look has ended, and all is equal but for what was written since it began, and these.
  ///
  /// @return whether that is a base
  synchronized boolean based(byte[] key, KeySet differing) {
    Watched watched = keys.get(new Key(key));
    if (watched == null || !watched.basing) {
      return false;
    }
    watched.basing = false;
    watched.based = watched.names.addAll(differing);
    return watched.based;
  }

  /// Takes out what was written since the base, or since it was taken out before. Whoever has it
  /// brings it over, or calls [#spoil].
  synchronized Optional<KeySet> take(byte[] key) {
    Watched watched = keys.get(new Key(key));
    if (watched == null || !watched.based) {
      return Optional.empty();
    }
    KeySet taken = watched.names;
    watched.names = names();
    return Optional.of(taken);
  }

  /// These differ even so.
  synchronized void giveBack(byte[] key, KeySet differing) {
    Watched watched = keys.get(new Key(key));
    if (watched != null && !watched.names.addAll(differing)) {
      watched.spoil();
    }
  }

  /// Whether something was written since it was last taken out.
  synchronized boolean isWritten(byte[] key) {
    Watched watched = keys.get(new Key(key));
    return watched != null && !watched.names.isEmpty();
  }

  /// The key has to be looked through as a whole.
  synchronized void spoil(byte[] key) {
    Watched watched = keys.get(new Key(key));
    if (watched != null) {
      watched.spoil();
    }
  }

  /// Nothing is known about the target any more.
  synchronized void doubt() {
    keys.values().forEach(Watched::spoil);
  }

  /// Stops asking the source, if nothing has been written to these keys for so long.
  synchronized void restAfter(long nanos) {
    RespConnection running = connection;
    if (running != null && nanoClock.getAsLong() - writtenAtNanos > nanos) {
      stop(running);
    }
  }

  /// Has to be told before the sentinel is written.
  synchronized void expect(byte[] sentinel) {
    awaited = sentinel;
    awaitedQuoted = MonitorLine.quoted(sentinel);
    arrived = false;
  }

  /// Waits until all that was done before the sentinel is known; gives up watching if that takes
  /// too long.
  synchronized void await(long nanosMax) throws InterruptedException {
    long deadline = nanoClock.getAsLong() + nanosMax;
    while (!arrived && connection != null) {
      long left = deadline - nanoClock.getAsLong();
      if (left <= 0) {
        lose(connection, "it lags");
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
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
