package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;

/// Makes one big key at the target equal to the source's, piece by piece: each piece is compared
/// with what the target has, and only what differs is written. So a first copy and a correction are
/// the same, and a big key that changes a little costs a little writing.
///
/// A key in the making is not what the source has; nobody reads the target before the flip, and a
/// key that changed meanwhile is dirty and done again. Used by one thread.
final class BigSync {
  private final RespConnection target;
  private final FencedWriter writer;
  private final ElementWatch watch;
  private final NamedSync named;
  private final ListSync lists;
  private final StringSync strings;

  /// @param target for reading; `writer` has a connection of its own
  BigSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      LaneWatch lane,
      Homes homes,
      Pacer pacer) {
    this.target = target;
    this.writer = writer;
    this.watch = lane.elements();
    RedisMoverOptions options = homes.options();
    this.named = new NamedSync(source, target, writer, lane, homes, pacer);
    this.lists = new ListSync(source, target, new ListWriter(writer, pacer), lane, options);
    this.strings = new StringSync(source, target, writer, lane, homes.limits(), options, pacer);
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
    if (!present) {
      watch.spoil(key);
      if (!there.equals("none")) {
        writer.delete(key);
        writer.drain();
      }
    }
    return switch (type) {
      case "hash" -> named.sync(NamedSync.Kind.HASH, key, bytes, present);
      case "set" -> named.sync(NamedSync.Kind.SET, key, bytes, present);
      case "zset" -> named.sync(NamedSync.Kind.ZSET, key, bytes, present);
      case "list" -> lists.sync(key, bytes, present);
      case "string" -> strings.sync(key, present);
      default -> throw new IllegalStateException("no pieces of type " + type);
    };
  }
}
