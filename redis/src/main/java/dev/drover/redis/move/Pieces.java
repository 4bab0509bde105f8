package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import java.util.List;

/// Reads the content of one key into a digest, at once or in pieces. Used by one thread.
final class Pieces {
  private static final int SCANS_MAX = 5;

  private final RespConnection connection;
  private final RedisMoverOptions options;
  private final StreamReader streams;

  Pieces(RespConnection connection, boolean bothSevenZero, RedisMoverOptions options) {
    this.connection = connection;
    this.options = options;
    this.streams = new StreamReader(connection, bothSevenZero, options);
  }

  /// Whether one command may read all of it. A stream never is: it takes several anyway.
  static boolean atOnce(KeyReader.Sized key, RedisMoverOptions options) {
    return switch (key.type()) {
      case "hash", "set", "zset", "list" -> key.bytes() <= options.pieces().packedBytesMax();
      case "string", "stream" -> false;
      default -> true;
    };
  }

  void sendWhole(KeyReader.Sized key) throws IOException {
    switch (key.type()) {
      case "hash" -> connection.send("HGETALL", key.key());
      case "set" -> connection.send("SMEMBERS", key.key());
      case "zset" -> connection.send("ZRANGE", key.key(), "0", "-1", "WITHSCORES");
      case "list" -> connection.send("LRANGE", key.key(), "0", "-1");
      default -> connection.send("DUMP", key.key());
    }
  }

  /// @return the payload's bytes; a type that has changed meanwhile gives an empty digest
  long receiveWhole(KeyReader.Sized key, Digest into) throws IOException {
    Reply reply = connection.read();
    if (reply instanceof Reply.Failure f) {
      checkWrongType(f);
      return 0;
    }
    return switch (key.type()) {
      case "hash" -> Contents.hash(into, reply.items());
      case "set" -> Contents.set(into, reply.items());
      case "zset" -> Contents.zset(into, reply.items());
      case "list" -> Contents.list(into, 0, reply.items());
      default -> reply.isNil() ? 0 : Contents.payload(into, reply.bytes());
    };
  }

  /// Reads in pieces.
  ///
  /// @return the payload's bytes; a type that changes meanwhile gives some other digest
  long digest(KeyReader.Sized key, Digest into) throws IOException {
    try {
      return switch (key.type()) {
        case "string" -> string(key.key(), into);
        case "list" -> list(key, into);
        case "hash" -> scanned("HSCAN", "HLEN", key, into);
        case "set" -> scanned("SSCAN", "SCARD", key, into);
        case "zset" -> scanned("ZSCAN", "ZCARD", key, into);
        case "stream" -> streams.digest(key.key(), into);
        default -> 0;
      };
    } catch (RespFailure e) {
      if (!Failures.torn(e.words())) {
        throw e;
      }
      return 0;
    }
  }

  private void checkWrongType(Reply.Failure failure) throws IOException {
    if (!failure.message().startsWith("WRONGTYPE")) {
      throw new RespFailure(connection.endpoint().toString(), failure.message());
    }
  }

  private long string(byte[] key, Digest into) throws IOException {
    // A multiple of the digest's chunks.
    int piece = 256 * 1024;
    long offset = 0;
    while (true) {
      byte[] bytes =
          connection
              .call("GETRANGE", key, Long.toString(offset), Long.toString(offset + piece - 1))
              .bytes();
      Contents.string(into, offset, bytes);
      offset += bytes.length;
      if (bytes.length < piece) {
        return offset;
      }
    }
  }

  private long list(KeyReader.Sized key, Digest into) throws IOException {
    long length = connection.call("LLEN", key.key()).number();
    int piece = pieceItems(key.bytes(), length, options);
    long bytes = 0;
    for (long at = 0; ; at += piece) {
      List<Reply> elements =
          connection
              .call("LRANGE", key.key(), Long.toString(at), Long.toString(at + piece - 1))
              .items();
      bytes += Contents.list(into, at, elements);
      if (elements.size() < piece) {
        return bytes;
      }
    }
  }

  /// Scans until the number of what came equals the length: a table that is being resized may show
  /// an element twice, which would count twice in a sum.
  private long scanned(String scan, String length, KeyReader.Sized key, Digest into)
      throws IOException {
    long bytes = 0;
    for (int i = 0; i < SCANS_MAX; i++) {
      Digest digest = new Digest();
      long expected = connection.call(length, key.key()).number();
      String count = Integer.toString(pieceItems(key.bytes(), expected, options));
      long seen = 0;
      bytes = 0;
      String cursor = "0";
      do {
        List<Reply> reply = connection.call(scan, key.key(), cursor, "COUNT", count).items();
        cursor = reply.get(0).text();
        List<Reply> elements = reply.get(1).items();
        seen += scan.equals("SSCAN") ? elements.size() : elements.size() / 2;
        bytes +=
            switch (scan) {
              case "HSCAN" -> Contents.hash(digest, elements);
              case "SSCAN" -> Contents.set(digest, elements);
              default -> Contents.zset(digest, elements);
            };
      } while (!cursor.equals("0"));
      if (seen == expected || i == SCANS_MAX - 1) {
        into.add(digest);
        return bytes;
      }
    }
    return bytes;
  }

  /// How many elements of a value fit a piece.
  static int pieceItems(long bytes, long items, RedisMoverOptions options) {
    long each = Math.max(1, bytes / Math.max(1, items));
    return Math.clamp(options.pieces().bytesMax() / each, 1, options.pieces().itemsMax());
  }
}
