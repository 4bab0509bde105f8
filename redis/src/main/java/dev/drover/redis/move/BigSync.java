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
/// the same, and a big key that changes a little costs a little writing.
///
/// Hashes, sets and sorted sets are also compared on the way: each element is read at both homes,
/// and read again where it was written. As long as nobody changes the key, that is as good as a
/// comparison of its own, and takes half as long in a hold.
///
/// A key in the making is not what the source has; nobody reads the target before the flip, and a
/// key that changed meanwhile is dirty and done again. Used by one thread.
final class BigSync {
  /// How many elements written in one pass are remembered, to be read again.
  private static final int WRITTEN_MAX = 100_000;

  private static final long WRITTEN_BYTES_MAX = 8L << 20;

  /// A collection whose elements have names.
  private enum Named {
    HASH("HSCAN", "HMGET", "HSET", "HDEL", "HLEN"),
    SET("SSCAN", "SMISMEMBER", "SADD", "SREM", "SCARD"),
    ZSET("ZSCAN", "ZMSCORE", "ZADD", "ZREM", "ZCARD");

    final String scan;
    final String probe;
    final String put;
    final String remove;
    final String length;

    Named(String scan, String probe, String put, String remove, String length) {
      this.scan = scan;
      this.probe = probe;
      this.put = put;
      this.remove = remove;
      this.length = length;
    }
  }

  private final RespConnection source;
  private final RespConnection target;
  private final FencedWriter writer;
  private final RedisMoverOptions options;
  private final boolean fieldExpiry;
  private final RedisHome sourceHome;
  private final TargetLimits limits;
  private final Pacer pacer;

  /// @param target for reading; `writer` has a connection of its own
  BigSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      RedisHome sourceHome,
      TargetLimits limits,
      ServerFacts sourceFacts,
      RedisMoverOptions options,
      Pacer pacer) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.sourceHome = sourceHome;
    this.limits = limits;
    this.options = options;
    this.fieldExpiry = sourceFacts.atLeast(7, 4);
    this.pacer = pacer;
  }

  /// @param elements how many the key has
  /// @param proven whether all of them were seen to be equal
  record Synced(long elements, boolean proven) {}

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
      case "hash" -> named(Named.HASH, key, bytes, present);
      case "set" -> named(Named.SET, key, bytes, present);
      case "zset" -> named(Named.ZSET, key, bytes, present);
      case "list" -> new Synced(list(key, bytes, present), false);
      case "string" -> new Synced(string(key, present), false);
      default -> throw new IllegalStateException("no pieces of type " + type);
    };
  }

  private Synced named(Named kind, byte[] key, long bytes, boolean present)
      throws IOException, MoverException, InterruptedException {
    long length = source.call(kind.length, key).number();
    String count = Integer.toString(Pieces.pieceItems(bytes, length, options));
    String cursor = "0";
    KeySet wrote = new KeySet(WRITTEN_MAX, WRITTEN_BYTES_MAX);
    boolean remembered = present;
    source.send(kind.scan, key, cursor, "COUNT", count).flush();
    do {
      List<Reply> reply = source.answered().items();
      cursor = reply.get(0).text();
      List<Reply> elements = reply.get(1).items();
      checkFieldExpiry(kind, key, elements);
      if (!cursor.equals("0")) {
        source.send(kind.scan, key, cursor, "COUNT", count).flush();
      }
      remembered = put(kind, key, elements, present, wrote) && remembered;
    } while (!cursor.equals("0"));
    writer.drain();
    long atSource = source.call(kind.length, key).number();
    if (target.call(kind.length, key).number() != atSource) {
      removeExtra(kind, key, count);
    }
    boolean proven =
        remembered
            && arrived(kind, key, wrote)
            && target.call(kind.length, key).number() == atSource;
    return new Synced(atSource, proven);
  }

  /// Whether these elements are equal at both homes.
  private boolean arrived(Named kind, byte[] key, KeySet names) throws IOException {
    for (int at = 0; at < names.size(); at += options.pieceItemsMax()) {
      List<byte[]> page = names.page(at, options.pieceItemsMax());
      List<Reply> here = probe(source, kind, key, page);
      List<Reply> there = probe(target, kind, key, page);
      for (int i = 0; i < page.size(); i++) {
        if (!same(kind, here.get(i), there.get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean same(Named kind, Reply here, Reply there) throws IOException {
    if (here.isNil() || there.isNil()) {
      return here.isNil() && there.isNil();
    }
    return switch (kind) {
      case SET -> here.number() == there.number();
      case HASH -> Arrays.equals(here.bytes(), there.bytes());
      case ZSET -> Contents.score(here.text()) == Contents.score(there.text());
    };
  }

  /// Fields that expire by themselves cannot be told to a target piece by piece.
  private void checkFieldExpiry(Named kind, byte[] key, List<Reply> elements)
      throws IOException, MoverException {
    if (!fieldExpiry || kind != Named.HASH || elements.isEmpty()) {
      return;
    }
    source.begin(4 + elements.size() / 2).arg("HPTTL").arg(key).arg("FIELDS");
    source.arg(elements.size() / 2);
    for (int i = 0; i < elements.size(); i += 2) {
      source.arg(elements.get(i).bytes());
    }
    source.flush();
    for (Reply ttl : source.answered().items()) {
      if (ttl.number() >= 0) {
        throw new MoverException.Refused(
            sourceHome
                + ": hash "
                + Scope.shown(key)
                + " is too big for one DUMP and has fields with an expiry of their own, which"
                + " Drover cannot copy in pieces",
            null);
      }
    }
  }

  /// @param wrote gets the names of those that were written
  /// @return false if there was no room for all of them
  private boolean put(Named kind, byte[] key, List<Reply> elements, boolean present, KeySet wrote)
      throws IOException, MoverException, InterruptedException {
    int width = kind == Named.SET ? 1 : 2;
    boolean remembered = true;
    List<Reply> there = present ? probe(target, kind, key, names(elements, width)) : List.of();
    List<byte[]> command = new ArrayList<>();
    command.add(Scope.utf8(kind.put));
    command.add(key);
    long bytes = 0;
    for (int i = 0; i < elements.size(); i += width) {
      if (present && same(kind, elements, i, there.get(i / width))) {
        continue;
      }
      byte[] first = elements.get(i).bytes();
      remembered = remembered && present && wrote.add(first);
      switch (kind) {
        case HASH -> {
          command.add(first);
          command.add(elements.get(i + 1).bytes());
        }
        case SET -> command.add(first);
        case ZSET -> {
          command.add(elements.get(i + 1).bytes());
          command.add(first);
        }
      }
      bytes += first.length + 16;
    }
    if (command.size() > 2) {
      writer.command(command.toArray(byte[][]::new));
      writer.flush();
      pacer.bytes(bytes);
    }
    return remembered;
  }

  private static List<byte[]> names(List<Reply> elements, int width) throws IOException {
    List<byte[]> names = new ArrayList<>(elements.size() / width);
    for (int i = 0; i < elements.size(); i += width) {
      names.add(elements.get(i).bytes());
    }
    return names;
  }

  private static boolean same(Named kind, List<Reply> elements, int at, Reply there)
      throws IOException {
    return switch (kind) {
      case SET -> there.number() == 1;
      case HASH -> !there.isNil() && Arrays.equals(elements.get(at + 1).bytes(), there.bytes());
      case ZSET ->
          !there.isNil()
              && Contents.score(elements.get(at + 1).text()) == Contents.score(there.text());
    };
  }

  private List<Reply> probe(RespConnection connection, Named kind, byte[] key, List<byte[]> names)
      throws IOException {
    if (names.isEmpty()) {
      return List.of();
    }
    connection.begin(2 + names.size()).arg(kind.probe).arg(key);
    for (byte[] name : names) {
      connection.arg(name);
    }
    connection.flush();
    return connection.answered().items();
  }

  private void removeExtra(Named kind, byte[] key, String count)
      throws IOException, MoverException {
    int width = kind == Named.SET ? 1 : 2;
    String cursor = "0";
    do {
      List<Reply> reply = target.call(kind.scan, key, cursor, "COUNT", count).items();
      cursor = reply.get(0).text();
      List<Reply> elements = reply.get(1).items();
      List<Reply> here = probe(source, kind, key, names(elements, width));
      List<byte[]> command = new ArrayList<>(List.of(Scope.utf8(kind.remove), key));
      for (int i = 0; i < here.size(); i++) {
        Reply one = here.get(i);
        if (one.isNil() || (kind == Named.SET && one.number() == 0)) {
          command.add(elements.get(i * width).bytes());
        }
      }
      if (command.size() > 2) {
        writer.command(command.toArray(byte[][]::new));
      }
    } while (!cursor.equals("0"));
    writer.drain();
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
