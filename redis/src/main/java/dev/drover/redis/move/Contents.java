package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Turns the elements of each type into a [Digest]: the same sum whether a value was read at once
/// or in pieces, and whatever its encoding and the order in which elements without order arrive.
final class Contents {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long STRING = 1;
  private static final long HASH = 2;
  private static final long SET = 3;
  private static final long ZSET = 4;
  private static final long LIST = 5;
  private static final long OTHER = 6;

  private Contents() {}

  /// Adds bytes of a string that begin at `offset`, a multiple of 64 KB.
  static long string(Digest into, long offset, byte[] bytes) {
    if (bytes.length <= CHUNK_BYTES) {
      if (bytes.length > 0) {
        into.add(STRING + ((offset / CHUNK_BYTES) << 3), bytes);
      }
      return bytes.length;
    }
    for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
      byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + CHUNK_BYTES));
      into.add(STRING + (((offset + at) / CHUNK_BYTES) << 3), chunk);
    }
    return bytes.length;
  }

  /// Adds fields and values in turn.
  static long hash(Digest into, List<Reply> pairs) throws IOException {
    long bytes = 0;
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      byte[] field = pairs.get(i).bytes();
      byte[] value = pairs.get(i + 1).bytes();
      into.add(HASH, field, value);
      bytes += field.length + value.length;
    }
    return bytes;
  }

  static long set(Digest into, List<Reply> members) throws IOException {
    long bytes = 0;
    for (Reply member : members) {
      into.add(SET, member.bytes());
      bytes += member.bytes().length;
    }
    return bytes;
  }

  /// Adds members and scores in turn.
  static long zset(Digest into, List<Reply> pairs) throws IOException {
    long bytes = 0;
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      byte[] member = pairs.get(i).bytes();
      into.add(ZSET + (Double.doubleToLongBits(score(pairs.get(i + 1).text())) << 3), member);
      bytes += member.length + 8;
    }
    return bytes;
  }

  /// Adds elements of a list, of which the first stands at `index`.
  static long list(Digest into, long index, List<Reply> elements) throws IOException {
    long bytes = 0;
    long at = index;
    for (Reply element : elements) {
      into.add(LIST + (at++ << 3), element.bytes());
      bytes += element.bytes().length;
    }
    return bytes;
  }

  /// Adds a DUMP payload of a type whose elements are not known, without version and checksum.
  static long payload(Digest into, byte[] payload) {
    into.add(OTHER, Arrays.copyOf(payload, Math.max(0, payload.length - 10)));
    return payload.length;
  }

  /// A score as a number; zero has one sign.
  static double score(String text) {
    double score =
        switch (text) {
          case "inf", "+inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          // Redis makes none, and modules or a patched server may.
          case "nan", "-nan" -> Double.NaN;
          default -> Double.parseDouble(text);
        };
    return score == 0 ? 0.0 : score;
  }
}
