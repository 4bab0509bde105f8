package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What a session remembers about keys that need care: streams, which are looked at in every round
/// because tracking does not see all of their changes, and keys too big for one command.
/// Thread-safe and bounded.
final class Known {
  private static final int BIG_KEYS_MAX = 50_000;
  private static final long COST_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long UNKNOWN = 0;

  private final RedisHome source;
  private final int streamsMax;
  private final Map<Key, Long> streams = new ConcurrentHashMap<>();
  private final Map<Key, Long> big = new ConcurrentHashMap<>();
  private final Map<Key, Cost> costs = new ConcurrentHashMap<>();

  Known(RedisHome source, int streamsMax) {
    this.source = source;
    this.streamsMax = streamsMax;
  }

  /// Whether this is what was last sent for this stream. Payloads of one stream of one server are
  /// equal only if nothing has changed.
  boolean sent(byte[] key, byte[] payload) {
    Long hash = streams.get(new Key(key));
    return hash != null && hash == hash(payload);
  }

  void stream(byte[] key, byte[] payload) throws MoverException {
    remember(key, hash(payload));
  }

  void bigStream(byte[] key) throws MoverException {
    remember(key, UNKNOWN);
  }

  private void remember(byte[] key, long hash) throws MoverException {
    streams.put(new Key(key), hash);
    if (streams.size() > streamsMax) {
      throw new MoverException.Refused(
          source
              + ": the scope has more than "
              + streamsMax
              + " streams, and each would have to be looked at in the hold",
          null);
    }
  }

  /// What a comparison shows of a key.
  void seen(byte[] key, Fingerprint atSource, Fingerprint atTarget) throws MoverException {
    if (atSource.type().equals("stream") && !isStream(key)) {
      bigStream(key);
    }
    if ((atSource.large() || atTarget.large()) && !isBig(key)) {
      big(key, Math.max(atSource.bytes(), atTarget.bytes()) / 64);
    }
  }

  boolean isStream(byte[] key) {
    return streams.containsKey(new Key(key));
  }

  List<byte[]> streams() {
    return streams.keySet().stream().map(Key::bytes).toList();
  }

  /// What was sent may not have arrived.
  void doubt() {
    streams.replaceAll((_, _) -> UNKNOWN);
  }

  void big(byte[] key, long elements) {
    if (big.size() < BIG_KEYS_MAX) {
      big.put(new Key(key), elements);
    }
  }

  boolean isBig(byte[] key) {
    return !big.isEmpty() && big.containsKey(new Key(key));
  }

  /// A big key, what it has, and how long it took to look through at both homes.
  record Cost(Key key, long elements, long nanos) {}

  void cost(byte[] key, long elements, long nanos) {
    if (nanos <= COST_NANOS_MIN) {
      costs.remove(new Key(key));
    } else if (costs.size() < BIG_KEYS_MAX) {
      costs.put(new Key(key), new Cost(new Key(key), elements, nanos));
    }
  }

  /// Of the big keys that take long enough to be felt in a hold.
  Collection<Cost> costs() {
    return costs.values();
  }

  /// Whether the target may hold a big value under this key, whose removal has to go on in the
  /// background there; forgets it.
  boolean forgetBig(byte[] key) {
    costs.remove(new Key(key));
    return !big.isEmpty() && big.remove(new Key(key)) != null;
  }

  void forgetStream(byte[] key) {
    if (!streams.isEmpty()) {
      streams.remove(new Key(key));
    }
  }

  void forget(byte[] key) {
    forgetStream(key);
    forgetBig(key);
  }

  private static long hash(byte[] payload) {
    Digest digest = new Digest();
    digest.add(1, payload);
    return digest.low() == UNKNOWN ? 1 : digest.low();
  }
}
