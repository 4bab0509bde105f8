package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes one big stream at the target equal to the source's, piece by piece: entries, then groups,
/// consumers and pending entries. Used by one thread.
///
/// A server takes no pending entry whose stream entry is deleted (XCLAIM FORCE drops it), and no
/// entry before the last one. So a stream with such entries is built anew with stand-ins for them,
/// which are deleted once they are claimed. When a consumer was last seen is not carried over;
/// small streams travel whole and keep it.
final class StreamSync {
  private final RespConnection source;
  private final RespConnection target;
  private final FencedWriter writer;
  private final boolean bothSevenZero;
  private final StreamReader here;
  private final StreamReader there;
  private final Pacer pacer;

  /// Pending entries that are to be claimed and are deleted at the source.
  private final List<String> deleted = new ArrayList<>();

  StreamSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      boolean bothSevenZero,
      RedisMoverOptions options,
      Pacer pacer) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.bothSevenZero = bothSevenZero;
    this.here = new StreamReader(source, bothSevenZero, options);
    this.there = new StreamReader(target, bothSevenZero, options);
    this.pacer = pacer;
  }

  /// @param entriesToo false if only what tracking does not see may have changed: groups,
  ///   consumers, pending entries, last id
  /// @return whether anything was written
  boolean sync(byte[] key, boolean entriesToo)
      throws IOException, MoverException, InterruptedException {
    writer.drain();
    String type = target.call("TYPE", key).text();
    boolean present = type.equals("stream");
    if (!present) {
      writer.delete(key);
    }
    boolean wrote = false;
    if (!present || entriesToo) {
      wrote = present && patch(key);
      if (!wrote) {
        rebuild(key, List.of());
        wrote = true;
      }
    }
    deleted.clear();
    wrote |= groups(key, Set.of());
    if (!deleted.isEmpty()) {
      withStandIns(key);
      wrote = true;
    }
    wrote |= lastId(key);
    return wrote;
  }

  private void withStandIns(byte[] key) throws IOException, MoverException, InterruptedException {
    TreeSet<String> ids = new TreeSet<>(StreamSync::compare);
    for (StreamReader.Group group : here.groups(key)) {
      String from = "-";
      while (!from.isEmpty()) {
        List<Reply> page = here.pending(key, group.key(), from, "+");
        ids.addAll(here.missing(key, page));
        from = StreamReader.after(page);
      }
    }
    rebuild(key, List.copyOf(ids));
    boolean _ = groups(key, ids);
    for (String id : ids) {
      writer.command(Scope.utf8("XDEL"), key, Scope.utf8(id));
    }
    writer.drain();
  }

  /// Removes what the source no longer has and appends what is new.
  ///
  /// @return false if that is not enough: an entry is missing amid what the target has, or the last
  ///   id has gone back
  private boolean patch(byte[] key) throws IOException, MoverException, InterruptedException {
    if (newer(last(there, key), last(here, key))) {
      return false;
    }
    String from = "-";
    boolean appending = false;
    while (true) {
      List<Reply> page = here.range(key, from, "+");
      String to = page.isEmpty() ? "+" : StreamReader.id(page.getLast());
      if (!appending) {
        Map<String, Reply> had = range(key, from, to);
        for (int i = 0; i < page.size(); i++) {
          Reply entry = page.get(i);
          Reply same = had.remove(StreamReader.id(entry));
          if (same == null) {
            // All that follows must be beyond what the target has.
            if (hasAtOrAfter(had, StreamReader.id(entry))
                || !newer(StreamReader.id(entry), last(there, key))) {
              return false;
            }
            remove(key, had);
            append(key, page.subList(i, page.size()));
            appending = true;
            break;
          }
          if (!Arrays.equals(StreamReader.fields(entry), StreamReader.fields(same))) {
            return false;
          }
        }
        if (!appending) {
          remove(key, had);
        }
      } else {
        append(key, page);
      }
      from = StreamReader.after(page);
      if (from.isEmpty()) {
        writer.drain();
        return true;
      }
    }
  }

  private Map<String, Reply> range(byte[] key, String from, String to) throws IOException {
    Map<String, Reply> entries = new HashMap<>();
    String at = from;
    while (!at.isEmpty()) {
      List<Reply> page = there.range(key, at, to);
      for (Reply entry : page) {
        entries.put(StreamReader.id(entry), entry);
      }
      at = StreamReader.after(page);
    }
    return entries;
  }

  private static boolean hasAtOrAfter(Map<String, Reply> entries, String id) {
    return entries.keySet().stream().anyMatch(other -> !newer(id, other));
  }

  private void remove(byte[] key, Map<String, Reply> entries) throws IOException, MoverException {
    if (!entries.isEmpty()) {
      List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XDEL"), key));
      entries.keySet().forEach(id -> command.add(Scope.utf8(id)));
      writer.command(command.toArray(byte[][]::new));
    }
  }

  /// @param standIns ids of entries that the source has no longer, in order
  private void rebuild(byte[] key, List<String> standIns)
      throws IOException, MoverException, InterruptedException {
    writer.delete(key);
    ArrayDeque<String> left = new ArrayDeque<>(standIns);
    String from = "-";
    while (!from.isEmpty()) {
      List<Reply> page = here.range(key, from, "+");
      append(key, page, left);
      from = StreamReader.after(page);
    }
    while (!left.isEmpty()) {
      standIn(key, left.remove());
    }
    writer.drain();
  }

  private void standIn(byte[] key, String id) throws IOException, MoverException {
    byte[] name = Scope.utf8("drover");
    writer.command(Scope.utf8("XADD"), key, Scope.utf8(id), name, new byte[0]);
  }

  private void append(byte[] key, List<Reply> entries)
      throws IOException, MoverException, InterruptedException {
    append(key, entries, new ArrayDeque<>());
  }

  private void append(byte[] key, List<Reply> entries, ArrayDeque<String> standIns)
      throws IOException, MoverException, InterruptedException {
    long bytes = 0;
    for (Reply entry : entries) {
      while (!standIns.isEmpty() && newer(StreamReader.id(entry), standIns.element())) {
        standIn(key, standIns.remove());
      }
      List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XADD"), key));
      command.add(entry.items().get(0).bytes());
      for (Reply part : entry.items().get(1).items()) {
        command.add(part.bytes());
        bytes += part.bytes().length;
      }
      writer.command(command.toArray(byte[][]::new));
    }
    writer.flush();
    pacer.bytes(bytes);
  }

  private boolean lastId(byte[] key) throws IOException, MoverException {
    Map<String, Reply> about = here.about(key);
    Map<String, Reply> had = there.about(key);
    String last = text(about, "last-generated-id");
    boolean same = last.equals(text(had, "last-generated-id"));
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XSETID"), key, Scope.utf8(last)));
    if (bothSevenZero) {
      String added = text(about, "entries-added");
      String deleted = text(about, "max-deleted-entry-id");
      same &= added.equals(text(had, "entries-added"));
      same &= deleted.equals(text(had, "max-deleted-entry-id"));
      command.addAll(List.of(Scope.utf8("ENTRIESADDED"), Scope.utf8(added)));
      command.addAll(List.of(Scope.utf8("MAXDELETEDID"), Scope.utf8(deleted)));
    }
    if (!same) {
      writer.command(command.toArray(byte[][]::new));
      writer.drain();
    }
    return !same;
  }

  /// @param standIns which entries stand in for deleted ones
  private boolean groups(byte[] key, Set<String> standIns) throws IOException, MoverException {
    boolean wrote = false;
    List<StreamReader.Group> groups = here.groups(key);
    boolean known = target.call("EXISTS", key).number() == 1;
    List<StreamReader.Group> old = known ? there.groups(key) : List.of();
    for (StreamReader.Group gone : old) {
      if (find(groups, gone.key()) == null) {
        writer.command(Scope.utf8("XGROUP"), Scope.utf8("DESTROY"), key, gone.key());
        wrote = true;
      }
    }
    for (StreamReader.Group group : groups) {
      StreamReader.Group had = find(old, group.key());
      if (had == null) {
        group(key, group, "CREATE");
      } else if (!had.lastDelivered().equals(group.lastDelivered())
          || !had.entriesRead().equals(group.entriesRead())) {
        group(key, group, "SETID");
      }
      wrote |= had == null;
      writer.drain();
      wrote |= consumers(key, group.key(), standIns);
    }
    writer.drain();
    return wrote;
  }

  private void group(byte[] key, StreamReader.Group group, String verb)
      throws IOException, MoverException {
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XGROUP"), Scope.utf8(verb), key));
    command.add(group.key());
    command.add(Scope.utf8(group.lastDelivered()));
    if (verb.equals("CREATE")) {
      command.add(Scope.utf8("MKSTREAM"));
    }
    if (bothSevenZero && !group.entriesRead().isEmpty()) {
      command.addAll(List.of(Scope.utf8("ENTRIESREAD"), Scope.utf8(group.entriesRead())));
    }
    writer.command(command.toArray(byte[][]::new));
  }

  private boolean consumers(byte[] key, byte[] group, Set<String> standIns)
      throws IOException, MoverException {
    List<byte[]> now = here.consumers(key, group);
    List<byte[]> had = there.consumers(key, group);
    boolean wrote = false;
    for (byte[] consumer : now) {
      if (had.stream().noneMatch(c -> Arrays.equals(c, consumer))) {
        writer.command(Scope.utf8("XGROUP"), Scope.utf8("CREATECONSUMER"), key, group, consumer);
        wrote = true;
      }
    }
    writer.drain();
    wrote |= pending(key, group, standIns);
    for (byte[] consumer : had) {
      if (now.stream().noneMatch(c -> Arrays.equals(c, consumer))) {
        writer.command(Scope.utf8("XGROUP"), Scope.utf8("DELCONSUMER"), key, group, consumer);
        wrote = true;
      }
    }
    return wrote;
  }

  private boolean pending(byte[] key, byte[] group, Set<String> standIns)
      throws IOException, MoverException {
    boolean wrote = false;
    String from = "-";
    while (true) {
      List<Reply> page = here.pending(key, group, from, "+");
      List<Reply> clock = source.call("TIME").items();
      long now = clock.get(0).number() * 1000 + clock.get(1).number() / 1000;
      String to = page.isEmpty() ? "+" : page.getLast().items().get(0).text();
      Map<String, byte[]> had = pendingThere(key, group, from, to);
      List<Reply> claims = new ArrayList<>();
      for (Reply one : page) {
        byte[] same = had.remove(StreamReader.id(one));
        if (same == null || !Arrays.equals(same, StreamReader.identity(one.items()))) {
          claims.add(one);
        }
      }
      Set<String> missing = new HashSet<>(here.missing(key, claims));
      missing.removeAll(standIns);
      for (Reply one : claims) {
        if (!missing.contains(StreamReader.id(one))) {
          claim(key, group, one.items(), now);
          wrote = true;
        }
      }
      deleted.addAll(missing);
      for (String extra : had.keySet()) {
        writer.command(Scope.utf8("XACK"), key, group, Scope.utf8(extra));
        wrote = true;
      }
      from = StreamReader.after(page);
      if (from.isEmpty()) {
        writer.drain();
        return wrote;
      }
    }
  }

  private Map<String, byte[]> pendingThere(byte[] key, byte[] group, String from, String to)
      throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    String at = from;
    while (!at.isEmpty()) {
      List<Reply> page = there.pending(key, group, at, to);
      for (Reply one : page) {
        entries.put(StreamReader.id(one), StreamReader.identity(one.items()));
      }
      at = StreamReader.after(page);
    }
    return entries;
  }

  private void claim(byte[] key, byte[] group, List<Reply> pending, long now)
      throws IOException, MoverException {
    writer.command(
        Scope.utf8("XCLAIM"),
        key,
        group,
        pending.get(1).bytes(),
        FencedWriter.decimal(0),
        pending.get(0).bytes(),
        Scope.utf8("TIME"),
        FencedWriter.decimal(now - pending.get(2).number()),
        Scope.utf8("RETRYCOUNT"),
        FencedWriter.decimal(pending.get(3).number()),
        Scope.utf8("FORCE"),
        Scope.utf8("JUSTID"));
  }

  private static StreamReader.@org.jspecify.annotations.Nullable Group find(
      List<StreamReader.Group> groups, byte[] name) {
    for (StreamReader.Group group : groups) {
      if (Arrays.equals(group.key(), name)) {
        return group;
      }
    }
    return null;
  }

  private static String last(StreamReader reader, byte[] key) throws IOException {
    return text(reader.about(key), "last-generated-id");
  }

  private static String text(Map<String, Reply> about, String name) throws IOException {
    Reply value = about.get(name);
    return value == null ? "" : value.text();
  }

  /// Whether id `a` comes after id `b`.
  private static boolean newer(String a, String b) {
    return compare(a, b) > 0;
  }

  private static int compare(String a, String b) {
    int byTime = Long.compareUnsigned(part(a, 0), part(b, 0));
    return byTime != 0 ? byTime : Long.compareUnsigned(part(a, 1), part(b, 1));
  }

  private static long part(String id, int index) {
    int dash = id.indexOf('-');
    String text = index == 0 ? id.substring(0, dash) : id.substring(dash + 1);
    return Long.parseUnsignedLong(text);
  }
}
