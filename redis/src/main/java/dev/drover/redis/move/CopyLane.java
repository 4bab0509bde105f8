package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One pair of connections that brings keys over and compares them. Used by one thread at a time.
final class CopyLane implements AutoCloseable {
  /// Told the outcome of a comparison.
  interface Outcome {
    void equal(byte[] key, Fingerprint print) throws IOException, MoverException;

    void differs(byte[] key, Fingerprint source, Fingerprint target)
        throws IOException, MoverException;
  }

  private static final int STEP_KEYS_MIN = 8;
  private static final int STEP_BYTES = 1 << 20;

  private final RespConnection source;
  private final RespConnection target;
  private final RespConnection targetWrites;
  private final Witness.Seal seal;
  private final FencedWriter writer;
  private final KeyReader reader;
  private final Fingerprinter sourcePrints;
  private final Fingerprinter targetPrints;
  private final Expiries sourceExpiries;
  private final Expiries targetExpiries;
  private final BigSync bigSync;
  private final StreamSync streamSync;
  private final Known known;
  private final ElementWatch watch;
  private final Pacer pacer;
  private final RedisMoverOptions options;
  private final LongSupplier nanoClock;
  private final boolean exactExpiry;

  /// Big keys that were compared while they were shipped in this round.
  private final Set<Key> proven = new HashSet<>();

  /// Those that were not worth a comparison, because they are being written.
  private final Set<Key> open = new HashSet<>();

  private long bytesAKey = 256;
  private long shippedBytes;
  private long applied;

  /// @param number which of the lanes it is
  static CopyLane open(
      Fence fence,
      Homes homes,
      Known known,
      Pacer pacer,
      ElementWatch watch,
      Witness witness,
      int number,
      LongSupplier nanoClock)
      throws IOException, MoverException {
    List<RespConnection> open = new ArrayList<>();
    try {
      open.add(Homes.connect(homes.source(), homes.options()));
      open.add(Homes.connect(homes.target(), homes.options()));
      open.add(Homes.connect(homes.target(), homes.options()));
      open.add(Homes.connect(homes.source(), homes.options()));
      Witness.Seal seal = witness.seal(number, open.get(3));
      return new CopyLane(
          open.get(0),
          open.get(1),
          open.get(2),
          seal,
          fence,
          homes,
          known,
          pacer,
          watch,
          nanoClock);
    } catch (IOException | MoverException e) {
      open.forEach(RespConnection::close);
      throw e;
    }
  }

  private CopyLane(
      RespConnection source,
      RespConnection target,
      RespConnection targetWrites,
      Witness.Seal seal,
      Fence fence,
      Homes homes,
      Known known,
      Pacer pacer,
      ElementWatch watch,
      LongSupplier nanoClock)
      throws IOException, MoverException {
    this.nanoClock = nanoClock;
    this.source = source;
    this.target = target;
    this.targetWrites = targetWrites;
    this.seal = seal;
    this.options = homes.options();
    this.known = known;
    this.pacer = pacer;
    ServerFacts from = homes.sourceFacts();
    ServerFacts to = homes.targetFacts();
    boolean seven = from.atLeast(7, 0) && to.atLeast(7, 0);
    this.exactExpiry = from.exactExpiry() && to.exactExpiry();
    this.writer = new FencedWriter(targetWrites, fence, options, seal, homes.limits());
    this.reader = new KeyReader(homes.source(), source, from, options);
    this.sourcePrints = new Fingerprinter(source, from, seven, options);
    this.targetPrints = new Fingerprinter(targetWrites, to, seven, options);
    this.sourceExpiries = new Expiries(source, from.exactExpiry());
    this.targetExpiries = new Expiries(target, to.exactExpiry());
    this.watch = watch;
    LaneWatch lane = new LaneWatch(source, watch, nanoClock);
    this.bigSync = new BigSync(source, target, writer, lane, homes, pacer);
    this.streamSync = new StreamSync(source, target, writer, lane, seven, options, pacer);
  }

  /// How many keys were written or removed at the target, in all.
  long applied() {
    return applied;
  }

  /// Payload that went over, in all, about.
  long shippedBytes() {
    return shippedBytes;
  }

  boolean exactExpiry() {
    return exactExpiry;
  }

  FencedWriter writer() {
    return writer;
  }

  /// Brings keys over as they are at the source now. All of it has arrived only after
  /// [FencedWriter#drain].
  void ship(List<byte[]> keys) throws IOException, MoverException, InterruptedException {
    ship(keys, null);
  }

  /// Brings over of streams what tracking does not see: groups, consumers, pending entries.
  ///
  /// @param changed gets those in which something had changed
  void refresh(List<byte[]> streams, KeySet changed)
      throws IOException, MoverException, InterruptedException {
    ship(streams, changed);
  }

  private void ship(List<byte[]> keys, @Nullable KeySet changed)
      throws IOException, MoverException, InterruptedException {
    for (int at = 0; at < keys.size(); ) {
      int end = Math.min(keys.size(), at + step());
      List<byte[]> part = keys.subList(at, end);
      pacer.items(part.size());
      Shipping shipping = new Shipping(changed);
      long before = shippedBytes;
      reader.read(part, shipping);
      writer.flush();
      bytesAKey = (bytesAKey + (shippedBytes - before) / part.size() + 1) / 2;
      pacer.bytes(shippedBytes - before);
      for (KeyReader.Sized large : shipping.large) {
        large(large, changed);
      }
      at = end;
    }
  }

  private int step() {
    return Math.clamp(STEP_BYTES / (bytesAKey + 1), STEP_KEYS_MIN, options.batch().keysMax());
  }

  private void large(KeyReader.Sized key, @Nullable KeySet changed)
      throws IOException, MoverException, InterruptedException {
    try {
      if (key.type().equals("stream")) {
        stream(key.key(), changed);
      } else {
        long began = nanoClock.getAsLong();
        BigSync.Synced synced = bigSync.sync(key.key(), key.type(), key.bytes());
        looked(key.key(), synced.elements(), synced.outcome(), began);
        applied++;
      }
    } catch (Failures.Torn e) {
      // It changed while it was read: then it is dirty, or at least compared, and done again.
      note(changed, key.key());
    } catch (RespFailure e) {
      if (!Failures.torn(e.words())) {
        throw e;
      }
      note(changed, key.key());
    }
    shippedBytes += key.bytes();
    long expiresAt = expiry(sourceExpiries, source, key.key());
    if (expiresAt == Expiries.GONE) {
      writer.delete(key.key());
      forget(key.key());
      proven.remove(new Key(key.key()));
      open.remove(new Key(key.key()));
    } else {
      writer.expiry(key.key(), expiresAt);
    }
    writer.drain();
  }

  private void stream(byte[] key, @Nullable KeySet changed)
      throws IOException, MoverException, InterruptedException {
    known.bigStream(key);
    long began = nanoClock.getAsLong();
    StreamSync.Synced synced = streamSync.sync(key, changed == null);
    if (synced.entriesToo()) {
      looked(key, synced.entries(), synced.outcome(), began);
    } else if (synced.outcome() == BigSync.Outcome.OPEN) {
      open.add(new Key(key));
    }
    if (synced.wrote()) {
      applied++;
      note(changed, key);
    }
  }

  /// Remembers what came out of a look through a key, and how long it took.
  private void looked(byte[] key, long elements, BigSync.Outcome outcome, long began)
      throws MoverException {
    known.big(key, elements);
    // What is not known is compared in a second pass.
    long passes = outcome == BigSync.Outcome.UNKNOWN ? 2 : 1;
    known.cost(key, elements, passes * (nanoClock.getAsLong() - began));
    switch (outcome) {
      case EQUAL -> proven.add(new Key(key));
      case OPEN -> open.add(new Key(key));
      case UNKNOWN -> {}
    }
  }

  /// The target has another value under this key, or none.
  private void forget(byte[] key) {
    known.forget(key);
    watch.spoil(key);
  }

  private static void note(@Nullable KeySet changed, byte[] key) {
    if (changed != null) {
      changed.add(key);
    }
  }

  /// Before the keys of a round.
  void beginRound() {
    proven.clear();
    open.clear();
  }

  /// Brings keys over and compares them; nobody may change them meanwhile, or they are compared
  /// again.
  void shipAndCompare(List<byte[]> keys, Outcome outcome)
      throws IOException, MoverException, InterruptedException {
    ship(keys);
    compareShipped(keys, outcome);
  }

  /// Compares keys that were brought over in this round, but for what that has shown already.
  void compareShipped(List<byte[]> keys, Outcome outcome) throws IOException, MoverException {
    List<byte[]> others = new ArrayList<>();
    for (byte[] key : keys) {
      boolean equal = proven.contains(new Key(key));
      if (open.contains(new Key(key)) || (equal && !sameExpiry(key))) {
        outcome.differs(key, Fingerprint.ABSENT, Fingerprint.ABSENT);
      } else if (!equal) {
        others.add(key);
      }
    }
    compare(others, outcome);
  }

  private boolean sameExpiry(byte[] key) throws IOException {
    long[] here = {expiry(sourceExpiries, source, key)};
    long[] there = {expiry(targetExpiries, target, key)};
    boolean gone = here[0] == Expiries.GONE || there[0] == Expiries.GONE;
    boolean never = here[0] < 0 || there[0] < 0;
    boolean exact = gone || never || exactExpiry;
    return exact
        ? here[0] == there[0]
        : Math.abs(here[0] - there[0]) <= Fingerprint.INEXACT_MILLIS_MAX;
  }

  private static long expiry(Expiries expiries, RespConnection connection, byte[] key)
      throws IOException {
    expiries.send(key);
    expiries.sendClock();
    connection.flush();
    long[] expiresAt = {expiries.read()};
    expiries.readClock(expiresAt);
    return expiresAt[0];
  }

  /// Compares keys at both homes. The target is asked behind what is on its way there.
  void compare(List<byte[]> keys, Outcome outcome) throws IOException, MoverException {
    writer.flush();
    for (int at = 0; at < keys.size(); ) {
      int end = Math.min(keys.size(), at + step());
      List<byte[]> part = keys.subList(at, end);
      sourcePrints.ask(part);
      targetPrints.ask(part);
      writer.await();
      Fingerprint[] here = sourcePrints.answers();
      Fingerprint[] there = targetPrints.answers();
      long now = Math.max(sourcePrints.now(), targetPrints.now());
      long bytes = 0;
      for (int i = 0; i < here.length; i++) {
        bytes += here[i].bytes();
        known.seen(part.get(i), here[i], there[i]);
        if (here[i].matches(there[i], now, exactExpiry)) {
          outcome.equal(part.get(i), here[i]);
        } else {
          outcome.differs(part.get(i), here[i], there[i]);
        }
      }
      bytesAKey = (bytesAKey + bytes / here.length + 1) / 2;
      at = end;
    }
  }

  /// Compares keys and brings over those that differ.
  void reconcile(List<byte[]> keys) throws IOException, MoverException, InterruptedException {
    pacer.items(keys.size());
    List<byte[]> differing = new ArrayList<>();
    compare(
        keys,
        new Outcome() {
          @Override
          public void equal(byte[] key, Fingerprint print) {}

          @Override
          public void differs(byte[] key, Fingerprint source, Fingerprint target) {
            differing.add(key);
          }
        });
    ship(differing);
  }

  /// Those of the keys that the source does not hold.
  List<byte[]> missingAtSource(List<byte[]> keys) throws IOException {
    for (byte[] key : keys) {
      source.send("EXISTS", key);
    }
    source.flush();
    List<byte[]> missing = new ArrayList<>();
    for (byte[] key : keys) {
      if (source.answered().number() == 0) {
        missing.add(key);
      }
    }
    return missing;
  }

  /// Removes from the target those of the keys that the source does not hold.
  void dropOrphans(List<byte[]> keys) throws IOException, MoverException {
    for (byte[] key : missingAtSource(keys)) {
      writer.delete(key);
      forget(key);
      applied++;
    }
  }

  @Override
  public void close() {
    source.close();
    target.close();
    targetWrites.close();
    seal.close();
  }

  /// Writes to the target what the source turned out to have.
  private final class Shipping implements KeyReader.Sink {
    private final List<KeyReader.Sized> large = new ArrayList<>();
    private final @Nullable KeySet changed;

    Shipping(@Nullable KeySet changed) {
      this.changed = changed;
    }

    @Override
    public void absent(byte[] key) throws IOException, MoverException {
      writer.delete(key);
      forget(key);
      applied++;
    }

    @Override
    public void text(byte[] key, byte[] value, long expireAt) throws IOException, MoverException {
      watch.spoil(key);
      if (known.forgetBig(key)) {
        writer.delete(key);
        writer.flush();
      }
      known.forgetStream(key);
      writer.text(key, value, expireAt);
      shippedBytes += key.length + value.length;
      applied++;
    }

    @Override
    public void packed(byte[] key, String type, byte[] payload, long expireAt)
        throws IOException, MoverException {
      shippedBytes += key.length + payload.length;
      if (type.equals("stream")) {
        if (known.sent(key, payload)) {
          // Tracking does see expiries, so a stream that is only looked at has its own.
          if (changed == null) {
            writer.expiry(key, expireAt);
          }
          return;
        }
        known.stream(key, payload);
        note(changed, key);
      } else {
        known.forgetStream(key);
      }
      watch.spoil(key);
      if (known.forgetBig(key)) {
        writer.delete(key);
      }
      writer.packed(key, payload, expireAt);
      applied++;
    }

    @Override
    public void large(byte[] key, String type, long bytes) {
      large.add(new KeyReader.Sized(key, type, bytes));
    }
  }
}
