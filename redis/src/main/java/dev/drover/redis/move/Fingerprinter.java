package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads fingerprints of keys at one home. Asking and reading are two steps, so that both homes can
/// work at the same time. Used by one thread.
final class Fingerprinter {
  private static final byte[] GETRANGE = RespConnection.head("GETRANGE", 3);

  private final RespConnection connection;
  private final RedisMoverOptions options;
  private final Expiries expiries;
  private final Pieces pieces;
  private List<byte[]> asked = List.of();
  private long now;

  /// @param bothSevenZero whether what only Redis 7.0 knows about streams counts
  Fingerprinter(
      RespConnection connection,
      ServerFacts facts,
      boolean bothSevenZero,
      RedisMoverOptions options) {
    this.connection = connection;
    this.options = options;
    this.expiries = new Expiries(connection, facts.exactExpiry());
    this.pieces = new Pieces(connection, bothSevenZero, options);
  }

  /// The server's clock at the last reading, in ms since 1970.
  long now() {
    return now;
  }

  void ask(List<byte[]> keys) throws IOException {
    asked = keys;
    for (byte[] key : keys) {
      connection.raw(GETRANGE).arg(key).arg(0).arg(options.pieces().valueBytesMax());
      expiries.send(key);
    }
    expiries.sendClock();
    connection.flush();
  }

  /// The fingerprints of what was asked for, in the same order.
  Fingerprint[] answers() throws IOException {
    List<byte[]> keys = asked;
    Fingerprint[] prints = new Fingerprint[keys.size()];
    Arrays.fill(prints, Fingerprint.ABSENT);
    Digest[] digests = new Digest[keys.size()];
    long[] bytes = new long[keys.size()];
    long[] expiresAt = new long[keys.size()];
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Reply value = connection.read();
      expiresAt[i] = expiries.read();
      digests[i] = new Digest();
      if (value instanceof Reply.Failure f) {
        checkWrongType(f);
        others.add(i);
      } else if (value.bytes().length > options.pieces().valueBytesMax()) {
        others.add(i);
      } else {
        bytes[i] = Contents.string(digests[i], 0, value.bytes());
      }
    }
    now = expiries.readClock(expiresAt);
    for (int i = 0; i < prints.length; i++) {
      if (expiresAt[i] != Expiries.GONE) {
        prints[i] = new Fingerprint("string", expiresAt[i], digests[i], bytes[i], false);
      }
    }
    if (!others.isEmpty()) {
      others(keys, others, expiresAt, prints);
    }
    return prints;
  }

  private void checkWrongType(Reply.Failure failure) throws IOException {
    if (!failure.message().startsWith("WRONGTYPE")) {
      throw new RespFailure(connection.endpoint().toString(), failure.message());
    }
  }

  private void others(
      List<byte[]> keys, List<Integer> others, long[] expiresAt, Fingerprint[] prints)
      throws IOException {
    List<byte[]> names = others.stream().map(keys::get).toList();
    List<KeyReader.Sized> sized = KeyReader.Sized.read(connection, names);
    List<Integer> small = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < sized.size(); i++) {
      KeyReader.Sized one = sized.get(i);
      int index = others.get(i);
      boolean plain = Pieces.atOnce(one, options);
      if (plain) {
        small.add(i);
        bytes += one.bytes();
      } else {
        Digest digest = new Digest();
        long payload = pieces.digest(one, digest);
        prints[index] = print(one.type(), expiresAt[index], digest, payload, true);
      }
      if (bytes > 1 << 20 || small.size() >= options.batch().keysMax()) {
        atOnce(sized, small, others, expiresAt, prints);
        small.clear();
        bytes = 0;
      }
    }
    atOnce(sized, small, others, expiresAt, prints);
  }

  private void atOnce(
      List<KeyReader.Sized> sized,
      List<Integer> small,
      List<Integer> others,
      long[] expiresAt,
      Fingerprint[] prints)
      throws IOException {
    for (int i : small) {
      pieces.sendWhole(sized.get(i));
    }
    connection.flush();
    for (int i : small) {
      KeyReader.Sized one = sized.get(i);
      Digest digest = new Digest();
      long payload = pieces.receiveWhole(one, digest);
      prints[others.get(i)] = print(one.type(), expiresAt[others.get(i)], digest, payload, false);
    }
  }

  private static Fingerprint print(
      String type, long expiresAt, Digest digest, long bytes, boolean large) {
    return type.equals("none") || expiresAt == Expiries.GONE
        ? Fingerprint.ABSENT
        : new Fingerprint(type, expiresAt, digest, bytes, large);
  }
}
