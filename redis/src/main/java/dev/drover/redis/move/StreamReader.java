package dev.drover.redis.move;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads streams in pieces: entries, groups, consumers, pending entries. Used by one thread.
///
/// Not part of a stream's content here: when a consumer was last seen, and when a pending entry was
/// last delivered (its count is).
final class StreamReader {
  private static final long ENTRY = 7;
  private static final String GREATEST = "18446744073709551615-18446744073709551615";

  /// A consumer group.
  static final class Group {
    private final byte[] name;
    private final String lastDelivered;
    private final String entriesRead;

    Group(byte[] name, String lastDelivered, String entriesRead) {
      this.name = name;
      this.lastDelivered = lastDelivered;
      this.entriesRead = entriesRead;
    }

    byte[] key() {
      return name;
    }

    String lastDelivered() {
      return lastDelivered;
    }

    /// Empty if the server does not know.
    String entriesRead() {
      return entriesRead;
    }
  }

  private final RespConnection connection;
  private final boolean bothSevenZero;
  private final RedisMoverOptions options;

  StreamReader(RespConnection connection, boolean bothSevenZero, RedisMoverOptions options) {
    this.connection = connection;
    this.bothSevenZero = bothSevenZero;
    this.options = options;
  }

  long digest(byte[] key, Digest into) throws IOException {
    Map<String, Reply> about = about(key);
    add(into, "last", about.get("last-generated-id"));
    if (bothSevenZero) {
      add(into, "added", about.get("entries-added"));
      add(into, "deleted", about.get("max-deleted-entry-id"));
    }
    long bytes = entries(key, into);
    for (Group group : groups(key)) {
      into.add(
          ENTRY + 1, group.key(), Scope.utf8(group.lastDelivered() + "/" + group.entriesRead()));
      for (byte[] consumer : consumers(key, group.key())) {
        into.add(ENTRY + 2, group.key(), consumer);
      }
      String from = "-";
      while (!from.isEmpty()) {
        List<Reply> page = pending(key, group.key(), from, "+");
        for (Reply one : page) {
          into.add(ENTRY + 3, group.key(), identity(one.items()));
        }
        from = after(page);
      }
    }
    return bytes;
  }

  /// Id, consumer and count of a pending entry, as bytes.
  static byte[] identity(List<Reply> pending) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(pending.get(0).bytes());
    bytes.write('/');
    bytes.writeBytes(pending.get(1).bytes());
    bytes.write('/');
    bytes.writeBytes(Scope.utf8(pending.get(3).text()));
    return bytes.toByteArray();
  }

  private long entries(byte[] key, Digest into) throws IOException {
    long bytes = 0;
    String from = "-";
    while (!from.isEmpty()) {
      List<Reply> page = range(key, from, "+");
      for (Reply entry : page) {
        byte[] fields = fields(entry);
        into.add(ENTRY, entry.items().get(0).bytes(), fields);
        bytes += fields.length;
      }
      from = after(page);
    }
    return bytes;
  }

  private static void add(Digest into, String name, @Nullable Reply value) throws IOException {
    into.add(ENTRY + 4, Scope.utf8(name), value == null ? new byte[0] : Scope.utf8(value.text()));
  }

  static String id(Reply entry) throws IOException {
    return entry.items().get(0).text();
  }

  /// Where the page after this one begins, of entries or of pending ones; empty if there is none. A
  /// server takes no beginning beyond the greatest id.
  static String after(List<Reply> page) throws IOException {
    return behind(page.isEmpty() ? GREATEST : id(page.getLast()));
  }

  /// See [#after].
  static String behind(String id) {
    return id.equals(GREATEST) ? "" : "(" + id;
  }

  /// The id of the first entry by what XINFO STREAM says; empty if there is none.
  static String first(Map<String, Reply> about) throws IOException {
    return end(about, "first-entry");
  }

  static String last(Map<String, Reply> about) throws IOException {
    return end(about, "last-entry");
  }

  private static String end(Map<String, Reply> about, String name) throws IOException {
    Reply entry = part(about, name);
    return entry.isNil() ? "" : id(entry);
  }

  /// Whether two streams have as many entries, and the same ends.
  static boolean sameEntries(Map<String, Reply> one, Map<String, Reply> other) throws IOException {
    return part(one, "length").number() == part(other, "length").number()
        && first(one).equals(first(other))
        && last(one).equals(last(other));
  }

  /// Which of these entries are there no longer, though they are pending.
  List<String> missing(byte[] key, List<Reply> pending) throws IOException {
    for (Reply one : pending) {
      String id = id(one);
      connection.send("XRANGE", key, id, id);
    }
    connection.flush();
    List<String> missing = new ArrayList<>();
    for (Reply one : pending) {
      if (connection.answered().items().isEmpty()) {
        missing.add(id(one));
      }
    }
    return missing;
  }

  /// Fields and values of an entry with their lengths, so that no two entries look alike.
  static byte[] fields(Reply entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Reply part : entry.items().get(1).items()) {
      bytes.writeBytes(FencedWriter.decimal(part.bytes().length));
      bytes.write(':');
      bytes.writeBytes(part.bytes());
    }
    return bytes.toByteArray();
  }

  List<Reply> range(byte[] key, String from, String to) throws IOException {
    return connection
        .call("XRANGE", key, from, to, "COUNT", Integer.toString(options.pieces().itemsMax()))
        .items();
  }

  Map<String, Reply> about(byte[] key) throws IOException {
    connection.begin(3).arg("XINFO").arg("STREAM").arg(key).flush();
    return map(connection.answered().items());
  }

  List<Group> groups(byte[] key) throws IOException {
    connection.begin(3).arg("XINFO").arg("GROUPS").arg(key).flush();
    List<Group> groups = new ArrayList<>();
    for (Reply one : connection.answered().items()) {
      Map<String, Reply> group = map(one.items());
      Reply read = group.getOrDefault("entries-read", Reply.Nil.NIL);
      groups.add(
          new Group(
              part(group, "name").bytes(),
              part(group, "last-delivered-id").text(),
              !bothSevenZero || read.isNil() ? "" : read.text()));
    }
    return groups;
  }

  List<byte[]> consumers(byte[] key, byte[] group) throws IOException {
    connection.begin(4).arg("XINFO").arg("CONSUMERS").arg(key).arg(group).flush();
    List<byte[]> names = new ArrayList<>();
    for (Reply one : connection.answered().items()) {
      names.add(part(map(one.items()), "name").bytes());
    }
    return names;
  }

  /// Id, consumer, idle ms and count of pending entries.
  List<Reply> pending(byte[] key, byte[] group, String from, String to) throws IOException {
    connection.begin(6).arg("XPENDING").arg(key).arg(group).arg(from).arg(to);
    connection.arg(options.pieces().itemsMax()).flush();
    return connection.answered().items();
  }

  private static Reply part(Map<String, Reply> map, String name) {
    return map.getOrDefault(name, Reply.Nil.NIL);
  }

  private static Map<String, Reply> map(List<Reply> pairs) throws IOException {
    Map<String, Reply> map = new HashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      map.put(pairs.get(i).text(), pairs.get(i + 1));
    }
    return map;
  }
}
