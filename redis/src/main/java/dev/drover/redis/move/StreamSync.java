package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final String LAST = "last-generated-id";
  private static final String DELETED = "max-deleted-entry-id";
  private static final String NO_ID = "0-0";

  private final RespConnection target;
  private final FencedWriter writer;
  private final boolean bothSevenZero;
  private final StreamReader here;
  private final StreamReader there;
  private final StreamGroups groups;
  private final LaneWatch lane;
  private final ElementWatch watch;
  private final int pieceItems;
  private final Pacer pacer;

  /// Whether what is appended is read again at the target.
  private boolean checking;

  /// Whether the stream was built anew with stand-ins since the last look began.
  private boolean builtAnew;

  /// Whether entries had come that were not brought over yet.
  private boolean movedOn;

  StreamSync(
      RespConnection source,
      RespConnection target,
      FencedWriter writer,
      LaneWatch lane,
      boolean bothSevenZero,
      RedisMoverOptions options,
      Pacer pacer) {
    this.target = target;
    this.writer = writer;
    this.bothSevenZero = bothSevenZero;
    this.here = new StreamReader(source, bothSevenZero, options);
    this.there = new StreamReader(target, bothSevenZero, options);
    this.groups = new StreamGroups(source, target, writer, here, there, bothSevenZero);
    this.lane = lane;
    this.watch = lane.elements();
    this.pieceItems = options.pieces().itemsMax();
    this.pacer = pacer;
  }

  /// @param wrote whether anything was written
  /// @param entriesToo whether the entries were looked at, all or what had changed
  /// @param entries how many the target has
  record Synced(boolean wrote, boolean entriesToo, long entries, BigSync.Outcome outcome) {}

  /// @param entriesToo false if only what tracking does not see may have changed: groups,
  ///   consumers, pending entries, last id
  Synced sync(byte[] key, boolean entriesToo)
      throws IOException, MoverException, InterruptedException {
    writer.drain();
    String type = target.call("TYPE", key).text();
    boolean present = type.equals("stream");
    if (!present) {
      watch.spoil(key);
      writer.delete(key);
    }
    checking = false;
    builtAnew = false;
    Optional<Synced> already =
        present ? lane.sinceBase(key, deleted -> since(key, deleted)) : Optional.empty();
    if (already.isPresent()) {
      return already.get();
    }
    boolean basing = present && lane.begin(key, new NameJournal(new EntryWrites()));
    boolean whole = basing || entriesToo || !present;
    boolean wrote = false;
    checking = basing;
    if (whole) {
      wrote = present && patch(key);
      if (!wrote) {
        rebuild(key, List.of());
        wrote = true;
      }
    }
    checking = false;
    wrote |= rest(key);
    Optional<Synced> synced =
        basing && !builtAnew && watch.based(key)
            ? lane.sinceBase(key, deleted -> since(key, deleted))
            : Optional.empty();
    long entries = target.call("XLEN", key).number();
    BigSync.Outcome outcome =
        synced
            .map(Synced::outcome)
            .orElse(movedOn ? BigSync.Outcome.OPEN : BigSync.Outcome.UNKNOWN);
    return new Synced(wrote, whole, entries, outcome);
  }

  /// Groups and last id, once the entries are there.
  ///
  /// @return whether anything was written, or is still to be
  private boolean rest(byte[] key) throws IOException, MoverException, InterruptedException {
    boolean wrote = groups.sync(key, Set.of());
    if (groups.metDeleted()) {
      withStandIns(key);
      watch.spoil(key, "entries are deleted while they are pending, so it is built anew");
      builtAnew = true;
      wrote = true;
    }
    return lastId(key) || wrote;
  }

  /// Entries come at the end, go at the beginning, and are deleted by name.
  ///
  /// @return nothing if the base turns out to be none
  private Optional<Synced> since(byte[] key, KeySet deleted)
      throws IOException, MoverException, InterruptedException {
    Map<String, Reply> was = there.about(key);
    String first = StreamReader.first(here.about(key));
    String firstThere = StreamReader.first(was);
    if (first.isEmpty() || firstThere.isEmpty() || newer(firstThere, first)) {
      return Optional.empty();
    }
    boolean wrote = newer(first, firstThere);
    if (wrote) {
      trim(key, first);
    }
    // What was trimmed first, and deleted then, was not deleted at the source.
    List<String> ids = deleted.page(0, deleted.size()).stream().map(StreamSync::id).toList();
    remove(key, ids);
    wrote |= !ids.isEmpty();
    writer.drain();
    String last = StreamReader.last(there.about(key));
    if (last.isEmpty() || !appendAfter(key, last)) {
      return Optional.empty();
    }
    boolean more = rest(key);
    boolean same = !(more && rest(key)) && !builtAnew;
    Map<String, Reply> about = here.about(key);
    Map<String, Reply> had = there.about(key);
    same &= StreamReader.sameEntries(about, had) && !remembersMore(had, about);
    wrote |= more || !last.equals(StreamReader.last(about));
    if (!lane.lasts(key)) {
      return Optional.empty();
    }
    long entries = about.getOrDefault("length", Reply.Nil.NIL).number();
    if (same) {
      return Optional.of(new Synced(wrote, true, entries, BigSync.Outcome.EQUAL));
    }
    return lane.writtenMeanwhile(key)
        ? Optional.of(new Synced(true, true, entries, BigSync.Outcome.OPEN))
        : Optional.empty();
  }

  /// Appends all entries behind one.
  ///
  /// @return whether the target has them
  private boolean appendAfter(byte[] key, String last)
      throws IOException, MoverException, InterruptedException {
    for (String from = StreamReader.behind(last); !from.isEmpty(); ) {
      List<Reply> page = here.range(key, from, "+");
      append(key, page);
      if (!has(key, page)) {
        return false;
      }
      from = page.size() < pieceItems ? "" : StreamReader.after(page);
    }
    return true;
  }

  /// Whether the target has these entries, which follow each other.
  private boolean has(byte[] key, List<Reply> page) throws IOException, MoverException {
    writer.drain();
    if (page.isEmpty()) {
      return true;
    }
    String first = StreamReader.id(page.getFirst());
    List<Reply> had = there.range(key, first, StreamReader.id(page.getLast()));
    boolean same = had.size() == page.size();
    for (int i = 0; same && i < page.size(); i++) {
      same =
          StreamReader.id(page.get(i)).equals(StreamReader.id(had.get(i)))
              && Arrays.equals(StreamReader.fields(page.get(i)), StreamReader.fields(had.get(i)));
    }
    return same;
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
    boolean _ = groups.sync(key, ids);
    remove(key, ids);
    writer.drain();
  }

  /// Removes what the source no longer has and appends what is new.
  ///
  /// @return false if that is not enough: an entry is missing amid what the target has, or the last
  ///   id has gone back
  private boolean patch(byte[] key) throws IOException, MoverException, InterruptedException {
    Map<String, Reply> about = here.about(key);
    Map<String, Reply> old = there.about(key);
    if (newer(text(old, LAST), text(about, LAST)) || remembersMore(old, about)) {
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
                || !newer(StreamReader.id(entry), text(there.about(key), LAST))) {
              return false;
            }
            remove(key, had.keySet());
            append(key, page.subList(i, page.size()));
            appending = true;
            break;
          }
          if (!Arrays.equals(StreamReader.fields(entry), StreamReader.fields(same))) {
            return false;
          }
        }
        if (!appending) {
          remove(key, had.keySet());
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

  /// Whether the target remembers that entries were deleted, and the source that none were: then
  /// the stream has to be built anew.
  private boolean remembersMore(Map<String, Reply> had, Map<String, Reply> about)
      throws IOException {
    return bothSevenZero && text(about, DELETED).equals(NO_ID) && !text(had, DELETED).equals(NO_ID);
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

  /// Removes entries as they went at the source: those before its first one were trimmed, the
  /// others deleted. A server remembers the greatest id that was deleted, and nobody can make it
  /// forget.
  private void remove(byte[] key, Collection<String> ids) throws IOException, MoverException {
    if (ids.isEmpty()) {
      return;
    }
    String first = StreamReader.first(here.about(key));
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XDEL"), key));
    for (String id : ids) {
      if (!first.isEmpty() && newer(id, first)) {
        command.add(Scope.utf8(id));
      }
    }
    if (command.size() > 2) {
      writer.command(command.toArray(byte[][]::new));
    }
    if (command.size() - 2 < ids.size()) {
      trim(key, first);
    }
  }

  /// @param first the source's first entry; empty if it has none
  private void trim(byte[] key, String first) throws IOException, MoverException {
    byte[] strategy = Scope.utf8(first.isEmpty() ? "MAXLEN" : "MINID");
    writer.command(Scope.utf8("XTRIM"), key, strategy, Scope.utf8(first.isEmpty() ? "0" : first));
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
    if (checking && !has(key, entries)) {
      throw new Failures.Torn("stream " + Scope.shown(key) + " is not what was appended");
    }
  }

  /// @return whether anything was written, or is still to be
  private boolean lastId(byte[] key) throws IOException, MoverException {
    movedOn = false;
    Map<String, Reply> about = here.about(key);
    Map<String, Reply> had = there.about(key);
    if (!StreamReader.last(about).equals(StreamReader.last(had))) {
      // A last id beyond what has come since would keep it out.
      movedOn = true;
      return true;
    }
    String last = text(about, LAST);
    boolean same = last.equals(text(had, LAST));
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8("XSETID"), key, Scope.utf8(last)));
    if (bothSevenZero) {
      String added = text(about, "entries-added");
      String deleted = text(about, DELETED);
      same &= added.equals(text(had, "entries-added"));
      same &= deleted.equals(text(had, DELETED));
      command.addAll(List.of(Scope.utf8("ENTRIESADDED"), Scope.utf8(added)));
      command.addAll(List.of(Scope.utf8("MAXDELETEDID"), Scope.utf8(deleted)));
    }
    if (!same) {
      writer.command(command.toArray(byte[][]::new));
      writer.drain();
    }
    return !same;
  }

  /// The canonical form of an id, which a client may give without its second part.
  private static String id(byte[] given) {
    String text = new String(given, StandardCharsets.US_ASCII);
    return text.contains("-") ? text : text + "-0";
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
