package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The part of [StreamSync] for groups, consumers and pending entries. Used by one thread.
final class StreamGroups {
  private final RespConnection source;
  private final RespConnection target;
  private final FencedWriter writer;
  private final StreamReader here;
  private final StreamReader there;
  private final boolean bothSevenZero;

  /// Pending entries that are to be claimed and are deleted at the source.
  private final List<String> deleted = new ArrayList<>();

  StreamGroups(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      StreamReader here,
      StreamReader there,
      boolean bothSevenZero) {
    this.source = source;
    this.target = target;
    this.writer = writer;
    this.here = here;
    this.there = there;
    this.bothSevenZero = bothSevenZero;
  }

  /// Whether the last [#sync] met pending entries that it could not claim, because they are
  /// deleted.
  boolean metDeleted() {
    return !deleted.isEmpty();
  }

  /// @param standIns which entries stand in for deleted ones
  /// @return whether anything was written
  boolean sync(byte[] key, Set<String> standIns) throws IOException, MoverException {
    deleted.clear();
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
        wrote = true;
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
    Set<Key> known = keys(had);
    for (byte[] consumer : now) {
      if (!known.contains(new Key(consumer))) {
        writer.command(Scope.utf8("XGROUP"), Scope.utf8("CREATECONSUMER"), key, group, consumer);
        wrote = true;
      }
    }
    writer.drain();
    wrote |= pending(key, group, standIns);
    Set<Key> wanted = keys(now);
    for (byte[] consumer : had) {
      if (!wanted.contains(new Key(consumer))) {
        writer.command(Scope.utf8("XGROUP"), Scope.utf8("DELCONSUMER"), key, group, consumer);
        wrote = true;
      }
    }
    return wrote;
  }

  private static Set<Key> keys(List<byte[]> names) {
    return names.stream().map(Key::new).collect(Collectors.toSet());
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

  private static StreamReader.@Nullable Group find(List<StreamReader.Group> groups, byte[] name) {
    for (StreamReader.Group group : groups) {
      if (Arrays.equals(group.key(), name)) {
        return group;
      }
    }
    return null;
  }
}
