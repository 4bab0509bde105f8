package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads keys as they have to be written elsewhere, in as few round trips as it can: strings by
/// GETRANGE (bounded; a WRONGTYPE tells the others), small collections by DUMP, and only the names
/// of those too big for one command.
final class KeyReader {
  /// What a key turned out to be. Times in ms since 1970, -1 for none.
  interface Sink {
    void absent(byte[] key) throws IOException, MoverException;

    void text(byte[] key, byte[] value, long expireAt) throws IOException, MoverException;

    void packed(byte[] key, String type, byte[] payload, long expireAt)
        throws IOException, MoverException;

    void large(byte[] key, String type, long bytes) throws IOException, MoverException;
  }

  /// Above this a type that Drover knows no pieces of is refused.
  private static final long UNKNOWN_BYTES_MAX = 4L << 20;

  private static final byte[] GETRANGE = RespConnection.head("GETRANGE", 3);
  private static final byte[] TYPE = RespConnection.head("TYPE", 1);
  private static final byte[] DUMP = RespConnection.head("DUMP", 1);

  private final RedisHome home;
  private final RespConnection connection;
  private final RedisMoverOptions options;
  private final Expiries expiries;

  KeyReader(
      RedisHome home, RespConnection connection, ServerFacts facts, RedisMoverOptions options) {
    this.home = home;
    this.connection = connection;
    this.options = options;
    this.expiries = new Expiries(connection, facts.exactExpiry());
  }

  void read(List<byte[]> keys, Sink sink) throws IOException, MoverException {
    for (byte[] key : keys) {
      connection.raw(GETRANGE).arg(key).arg(0).arg(options.pieces().valueBytesMax());
      expiries.send(key);
    }
    expiries.sendClock();
    connection.flush();
    List<Reply> values = new ArrayList<>(keys.size());
    long[] expiresAt = new long[keys.size()];
    for (int i = 0; i < keys.size(); i++) {
      values.add(connection.read());
      expiresAt[i] = expiries.read();
    }
    expiries.readClock(expiresAt);
    List<byte[]> others = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      value(keys.get(i), values.set(i, Reply.Nil.NIL), expiresAt[i], others, sink);
    }
    if (!others.isEmpty()) {
      collections(others, sink);
    }
  }

  private void value(byte[] key, Reply value, long expireAt, List<byte[]> others, Sink sink)
      throws IOException, MoverException {
    if (value instanceof Reply.Failure f) {
      if (!f.message().startsWith("WRONGTYPE")) {
        throw new RespFailure(connection.endpoint().toString(), f.message());
      }
      others.add(key);
    } else if (expireAt == Expiries.GONE) {
      sink.absent(key);
    } else if (value.bytes().length > options.pieces().valueBytesMax()) {
      sink.large(key, "string", value.bytes().length);
    } else {
      sink.text(key, value.bytes(), expireAt);
    }
  }

  private void collections(List<byte[]> keys, Sink sink) throws IOException, MoverException {
    List<Sized> sized = Sized.read(connection, keys);
    List<Sized> packed = new ArrayList<>();
    long bytes = 0;
    for (Sized one : sized) {
      if (one.type().equals("none")) {
        sink.absent(one.key());
      } else if (one.bytes() > limit(one.type())) {
        checkPieces(one);
        sink.large(one.key(), one.type(), one.bytes());
      } else {
        packed.add(one);
        bytes += one.bytes();
        if (bytes > 1 << 20) {
          dump(packed, sink);
          packed.clear();
          bytes = 0;
        }
      }
    }
    dump(packed, sink);
  }

  private long limit(String type) {
    return switch (type) {
      case "hash", "set", "zset", "list", "string" -> options.pieces().packedBytesMax();
      // The blocks of a stream go into a dump as they are, so it is quick.
      case "stream" -> 8L * options.pieces().packedBytesMax();
      default -> UNKNOWN_BYTES_MAX;
    };
  }

  private void checkPieces(Sized one) throws MoverException {
    switch (one.type()) {
      case "hash", "set", "zset", "list", "string", "stream" -> {}
      default ->
          throw new MoverException.Refused(
              home
                  + ": key "
                  + Scope.shown(one.key())
                  + " has type "
                  + one.type()
                  + " and "
                  + one.bytes()
                  + " bytes, too big for one DUMP; Drover knows no pieces of this type",
              null);
    }
  }

  private void dump(List<Sized> keys, Sink sink) throws IOException, MoverException {
    if (keys.isEmpty()) {
      return;
    }
    for (Sized one : keys) {
      connection.raw(DUMP).arg(one.key());
      expiries.send(one.key());
    }
    expiries.sendClock();
    connection.flush();
    List<Reply> payloads = new ArrayList<>(keys.size());
    long[] expiresAt = new long[keys.size()];
    for (int i = 0; i < keys.size(); i++) {
      payloads.add(connection.answered());
      expiresAt[i] = expiries.read();
    }
    expiries.readClock(expiresAt);
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i).key();
      Reply payload = payloads.get(i);
      if (payload.isNil() || expiresAt[i] == Expiries.GONE) {
        sink.absent(key);
      } else {
        sink.packed(key, keys.get(i).type(), payload.bytes(), expiresAt[i]);
      }
    }
  }

  /// A key with its type and what it takes in memory, 0 if it is gone.
  static final class Sized {
    private static final byte[] MEMORY = Scope.utf8("MEMORY");
    private static final byte[] USAGE = Scope.utf8("USAGE");

    private final byte[] key;
    private final String type;
    private final long bytes;

    Sized(byte[] key, String type, long bytes) {
      this.key = key;
      this.type = type;
      this.bytes = bytes;
    }

    byte[] key() {
      return key;
    }

    String type() {
      return type;
    }

    long bytes() {
      return bytes;
    }

    static void send(RespConnection connection, List<byte[]> keys) throws IOException {
      for (byte[] key : keys) {
        connection.raw(TYPE).arg(key);
        connection.begin(3).arg(MEMORY).arg(USAGE).arg(key);
      }
    }

    static List<Sized> receive(RespConnection connection, List<byte[]> keys) throws IOException {
      List<Sized> sized = new ArrayList<>(keys.size());
      for (byte[] key : keys) {
        String type = connection.answered().text();
        Reply usage = connection.answered();
        sized.add(usage.isNil() ? new Sized(key, "none", 0) : new Sized(key, type, usage.number()));
      }
      return sized;
    }

    static List<Sized> read(RespConnection connection, List<byte[]> keys) throws IOException {
      send(connection, keys);
      connection.flush();
      return receive(connection, keys);
    }
  }
}
