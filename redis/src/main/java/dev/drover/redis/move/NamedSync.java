package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The part of [BigSync] for collections whose elements have names: hashes, sets, sorted sets.
///
/// They are also compared on the way: each element is read at both homes, and read again where it
/// was written. As long as nobody changes the key, that is as good as a comparison of its own, and
/// takes half as long in a hold. Of a key that is watched ([ElementWatch]) only what was written
/// since the base is looked at, and the number of elements.
final class NamedSync {
  enum Kind {
    HASH("HSCAN", "HMGET", "HSET", "HDEL", "HLEN"),
    SET("SSCAN", "SMISMEMBER", "SADD", "SREM", "SCARD"),
    ZSET("ZSCAN", "ZMSCORE", "ZADD", "ZREM", "ZCARD");

    final String scan;
    final String probe;
    final String put;
    final String remove;
    final String length;

    Kind(String scan, String probe, String put, String remove, String length) {
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
  private final LaneWatch lane;
  private final ElementWatch watch;
  private final RedisHome sourceHome;
  private final RedisMoverOptions options;
  private final boolean fieldExpiry;
  private final Pacer pacer;

  /// @param target for reading; `writer` has a connection of its own
  NamedSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      LaneWatch lane,
      Homes homes,
      Pacer pacer) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.lane = lane;
    this.watch = lane.elements();
    this.sourceHome = homes.source();
    this.options = homes.options();
    this.fieldExpiry = homes.sourceFacts().atLeast(7, 4);
    this.pacer = pacer;
  }

  /// @param present whether the target has such a key
  BigSync.Synced sync(Kind kind, byte[] key, long bytes, boolean present)
      throws IOException, MoverException, InterruptedException {
    Optional<BigSync.Synced> synced =
        present ? lane.sinceBase(key, names -> written(kind, key, bytes, names)) : Optional.empty();
    return synced.isPresent() ? synced.get() : whole(kind, key, bytes, present);
  }

  /// Brings over what was written since the base.
  ///
  /// @return nothing if elements are gone that nobody is known to have removed
  private Optional<BigSync.Synced> written(Kind kind, byte[] key, long bytes, KeySet names)
      throws IOException, MoverException, InterruptedException {
    long length = source.call(kind.length, key).number();
    int piece = Pieces.pieceItems(bytes, length, options);
    KeySet wrote = NameJournal.names();
    for (int at = 0; at < names.size(); at += piece) {
      List<byte[]> page = names.page(at, piece);
      List<Reply> here = probe(source, kind, key, page);
      List<Reply> there = probe(target, kind, key, page);
      List<byte[]> put = command(kind.put, key);
      List<byte[]> remove = command(kind.remove, key);
      for (int i = 0; i < page.size(); i++) {
        if (same(kind, here.get(i), there.get(i))) {
          continue;
        }
        wrote.add(page.get(i));
        if (absent(kind, here.get(i))) {
          remove.add(page.get(i));
        } else {
          add(put, kind, page.get(i), here.get(i));
        }
      }
      send(put);
      send(remove);
    }
    writer.drain();
    KeySet differing = differing(kind, key, wrote);
    if (!watch.giveBack(key, differing)) {
      return Optional.empty();
    }
    long atSource = source.call(kind.length, key).number();
    if (differing.isEmpty() && target.call(kind.length, key).number() == atSource) {
      return Optional.of(new BigSync.Synced(atSource, BigSync.Outcome.EQUAL));
    }
    return lane.writtenMeanwhile(key)
        ? Optional.of(new BigSync.Synced(atSource, BigSync.Outcome.OPEN))
        : Optional.empty();
  }

  private BigSync.Synced whole(Kind kind, byte[] key, long bytes, boolean present)
      throws IOException, MoverException, InterruptedException {
    boolean basing = present && watch.begin(key, new NameJournal(ElementWrites::of));
    long length = source.call(kind.length, key).number();
    String count = Integer.toString(Pieces.pieceItems(bytes, length, options));
    String cursor = "0";
    KeySet wrote = NameJournal.names();
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
    if (!remembered) {
      return new BigSync.Synced(atSource, BigSync.Outcome.UNKNOWN);
    }
    KeySet differing = differing(kind, key, wrote);
    boolean based = basing && watch.based(key) && watch.giveBack(key, differing);
    if (differing.isEmpty() && target.call(kind.length, key).number() == atSource) {
      return new BigSync.Synced(atSource, BigSync.Outcome.EQUAL);
    }
    return new BigSync.Synced(atSource, based ? BigSync.Outcome.OPEN : BigSync.Outcome.UNKNOWN);
  }

  /// Those of the elements that are not equal at both homes.
  private KeySet differing(Kind kind, byte[] key, KeySet names) throws IOException {
    KeySet differing = NameJournal.names();
    for (int at = 0; at < names.size(); at += options.pieces().itemsMax()) {
      List<byte[]> page = names.page(at, options.pieces().itemsMax());
      List<Reply> here = probe(source, kind, key, page);
      List<Reply> there = probe(target, kind, key, page);
      for (int i = 0; i < page.size(); i++) {
        if (!same(kind, here.get(i), there.get(i))) {
          differing.add(page.get(i));
        }
      }
    }
    return differing;
  }

  private static boolean absent(Kind kind, Reply probed) throws IOException {
    return probed.isNil() || (kind == Kind.SET && probed.number() == 0);
  }

  private static boolean same(Kind kind, Reply here, Reply there) throws IOException {
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
  private void checkFieldExpiry(Kind kind, byte[] key, List<Reply> elements)
      throws IOException, MoverException {
    if (!fieldExpiry || kind != Kind.HASH || elements.isEmpty()) {
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
  private boolean put(Kind kind, byte[] key, List<Reply> elements, boolean present, KeySet wrote)
      throws IOException, MoverException, InterruptedException {
    int width = width(kind);
    boolean remembered = true;
    List<Reply> there = present ? probe(target, kind, key, names(elements, width)) : List.of();
    List<byte[]> command = command(kind.put, key);
    for (int i = 0; i < elements.size(); i += width) {
      if (present && same(kind, elements, i, there.get(i / width))) {
        continue;
      }
      byte[] name = elements.get(i).bytes();
      remembered = remembered && present && wrote.add(name);
      add(command, kind, name, elements.get(i + width - 1));
    }
    send(command);
    return remembered;
  }

  /// How many of a scan's replies make an element.
  private static int width(Kind kind) {
    return kind == Kind.SET ? 1 : 2;
  }

  private static List<byte[]> command(String name, byte[] key) {
    return new ArrayList<>(List.of(Scope.utf8(name), key));
  }

  /// @param value of a hash's field, score of a member; not used for a set
  private static void add(List<byte[]> command, Kind kind, byte[] name, Reply value)
      throws IOException {
    switch (kind) {
      case HASH -> {
        command.add(name);
        command.add(value.bytes());
      }
      case SET -> command.add(name);
      case ZSET -> {
        command.add(value.bytes());
        command.add(name);
      }
    }
  }

  /// Writes a command at the target if it has any elements.
  private void send(List<byte[]> command) throws IOException, MoverException, InterruptedException {
    if (command.size() > 2) {
      writer.command(command.toArray(byte[][]::new));
      writer.flush();
      pacer.bytes(command.stream().skip(2).mapToLong(part -> part.length + 8).sum());
    }
  }

  private static List<byte[]> names(List<Reply> elements, int width) throws IOException {
    List<byte[]> names = new ArrayList<>(elements.size() / width);
    for (int i = 0; i < elements.size(); i += width) {
      names.add(elements.get(i).bytes());
    }
    return names;
  }

  private static boolean same(Kind kind, List<Reply> elements, int at, Reply there)
      throws IOException {
    return switch (kind) {
      case SET -> there.number() == 1;
      case HASH -> !there.isNil() && Arrays.equals(elements.get(at + 1).bytes(), there.bytes());
      case ZSET ->
          !there.isNil()
              && Contents.score(elements.get(at + 1).text()) == Contents.score(there.text());
    };
  }

  private List<Reply> probe(RespConnection connection, Kind kind, byte[] key, List<byte[]> names)
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

  private void removeExtra(Kind kind, byte[] key, String count)
      throws IOException, MoverException, InterruptedException {
    int width = width(kind);
    String cursor = "0";
    do {
      List<Reply> reply = target.call(kind.scan, key, cursor, "COUNT", count).items();
      cursor = reply.get(0).text();
      List<Reply> elements = reply.get(1).items();
      List<Reply> here = probe(source, kind, key, names(elements, width));
      List<byte[]> command = command(kind.remove, key);
      for (int i = 0; i < here.size(); i++) {
        if (absent(kind, here.get(i))) {
          command.add(elements.get(i * width).bytes());
        }
      }
      send(command);
    } while (!cursor.equals("0"));
    writer.drain();
  }
}
