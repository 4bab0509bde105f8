package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes one big key at the target equal to the source's, piece by piece: each piece is compared
/// with what the target has, and only what differs is written. So a first copy and a correction are
/// the same, and a big key that changes a little costs a little writing. Hashes, sets and sorted
/// sets are the work of [NamedSync].
///
/// A key in the making is not what the source has; nobody reads the target before the flip, and a
/// key that changed meanwhile is dirty and done again. Used by one thread.
final class BigSync {
  private final RespConnection source;
  private final RespConnection target;
  private final FencedWriter writer;
  private final RedisMoverOptions options;
  private final NamedSync named;
  private final TargetLimits limits;
  private final Pacer pacer;

  /// @param target for reading; `writer` has a connection of its own
  BigSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      NamedSync named,
      TargetLimits limits,
      RedisMoverOptions options,
      Pacer pacer) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.named = named;
    this.limits = limits;
    this.options = options;
    this.pacer = pacer;
  }

  /// What is known of a key after it was brought over.
  enum Outcome {
    /// Each element was seen to be equal at both homes.
    EQUAL,
    /// It has to be compared.
    UNKNOWN,
    /// It is being written, so it has to be brought over once more; comparing it is of no use.
    OPEN
  }

  /// @param elements how many the key has
  record Synced(long elements, Outcome outcome) {}

  Synced sync(byte[] key, String type, long bytes)
      throws IOException, MoverException, InterruptedException {
    writer.drain();
    String there = target.call("TYPE", key).text();
    boolean present = there.equals(type);
    if (!present && !there.equals("none")) {
      writer.delete(key);
      writer.drain();
    }
    return switch (type) {
      case "hash" -> named.sync(NamedSync.Kind.HASH, key, bytes, present);
      case "set" -> named.sync(NamedSync.Kind.SET, key, bytes, present);
      case "zset" -> named.sync(NamedSync.Kind.ZSET, key, bytes, present);
      case "list" -> new Synced(list(key, bytes, present), Outcome.UNKNOWN);
      case "string" -> new Synced(string(key, present), Outcome.UNKNOWN);
      default -> throw new IllegalStateException("no pieces of type " + type);
    };
  }

  private long list(byte[] key, long bytes, boolean present)
      throws IOException, MoverException, InterruptedException {
    long length = source.call("LLEN", key).number();
    int piece = Pieces.pieceItems(bytes, length, options);
    boolean comparing = present;
    long at = 0;
    while (true) {
      String end = Long.toString(at + piece - 1);
      List<Reply> here = source.call("LRANGE", key, Long.toString(at), end).items();
      int same = 0;
      if (comparing) {
        List<Reply> there = target.call("LRANGE", key, Long.toString(at), end).items();
        same = commonStart(here, there);
        if (same < here.size() || here.size() < piece) {
          cut(key, at + same);
          comparing = false;
        }
      }
      if (same < here.size()) {
        push(key, here.subList(same, here.size()));
      }
      at += here.size();
      if (here.size() < piece) {
        writer.drain();
        return at;
      }
    }
  }

  private static int commonStart(List<Reply> here, List<Reply> there) throws IOException {
    int i = 0;
    while (i < here.size()
        && i < there.size()
        && Arrays.equals(here.get(i).bytes(), there.get(i).bytes())) {
      i++;
    }
    return i;
  }

  private void cut(byte[] key, long length) throws IOException, MoverException {
    if (length == 0) {
      writer.delete(key);
    } else {
      writer.command(
          Scope.utf8("LTRIM"), key, FencedWriter.decimal(0), FencedWriter.decimal(length - 1));
    }
  }

  private void push(byte[] key, List<Reply> elements)
      throws IOException, MoverException, InterruptedException {
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("RPUSH"), key));
    long bytes = 0;
    for (Reply element : elements) {
      command.add(element.bytes());
      bytes += element.bytes().length;
    }
    writer.command(command.toArray(byte[][]::new));
    writer.flush();
    pacer.bytes(bytes);
  }

  private long string(byte[] key, boolean present)
      throws IOException, MoverException, InterruptedException {
    long length = source.call("STRLEN", key).number();
    if (length > limits.bulkMax()) {
      throw limits.tooLong(key, length);
    }
    boolean comparing = present;
    if (comparing && target.call("STRLEN", key).number() > length) {
      writer.delete(key);
      comparing = false;
    }
    int piece = options.pieceBytesMax();
    for (long at = 0; at < length; at += piece) {
      String from = Long.toString(at);
      String to = Long.toString(at + piece - 1);
      byte[] here = source.call("GETRANGE", key, from, to).bytes();
      if (here.length == 0) {
        break;
      }
      if (!comparing || !Arrays.equals(here, target.call("GETRANGE", key, from, to).bytes())) {
        writer.command(Scope.utf8("SETRANGE"), key, Scope.utf8(from), here);
        writer.flush();
        pacer.bytes(here.length);
      }
    }
    writer.drain();
    return 1 + length / piece;
  }
}
