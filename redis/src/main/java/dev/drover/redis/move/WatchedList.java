package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Brings over one list that is watched, by the positions of its [ListJournal]: the target has the
/// elements of one span of positions, and only what lies outside of it, or was set anew, is read.
/// Each page is read at a mark, so that its positions are known. Used by one thread, for one look.
final class WatchedList {
  private static final int TRIES = 20;

  private final byte[] key;
  private final int pageItems;
  private final RespConnection target;
  private final ListWriter writer;
  private final LaneWatch lane;
  private final ElementWatch watch;

  /// The positions that the target has.
  private long from;

  private long to;

  /// Where the list was when it was last read.
  private ListJournal.Place last = new ListJournal.Place(0, 0, false);

  /// How many elements before and behind the wanted ones are read too, because the head moves.
  private int slack;

  /// What is compared at the end.
  private final List<ListJournal.Span> compared = new ArrayList<>();

  /// What is known of the list does not suffice: it has to be looked through as a whole.
  static final class Unknown extends Exception {
    private static final long serialVersionUID = 1;
  }

  /// @param position of the first element
  private record Page(long position, List<byte[]> elements) {
    long end() {
      return position + elements.size();
    }
  }

  WatchedList(byte[] key, int pageItems, RespConnection target, ListWriter writer, LaneWatch lane) {
    this.key = key;
    this.pageItems = pageItems;
    this.target = target;
    this.writer = writer;
    this.lane = lane;
    this.watch = lane.elements();
  }

  /// Makes the target's list a base: what it has equal from its beginning on is kept.
  void base() throws IOException, MoverException, InterruptedException, Unknown {
    Lasting lasting = lane.lasting(key);
    Mark mark = watch.expectBegin(key).orElseThrow(Unknown::new);
    long length = lane.read(mark, key, 0, 0).getFirst().number();
    if (!watch.begin(key, new ListJournal(length), lasting, mark) || !lane.lasts(key)) {
      throw new Unknown();
    }
    last = new ListJournal.Place(0, length, false);
    boolean comparing = true;
    // What is pushed meanwhile is not part of the base.
    while (to < Math.min(length, last.tail())) {
      Page page = page(to, pageItems);
      if (page.elements().isEmpty()) {
        throw new Unknown();
      }
      if (page.position() != to) {
        // All that was brought over so far is gone at the source.
        writer.cut(key, 0, 0);
        comparing = false;
        from = page.position();
        to = from;
      }
      int same = comparing ? same(page) : 0;
      if (comparing && same < page.elements().size()) {
        writer.cut(key, 0, to - from + same);
        comparing = false;
      }
      writer.append(key, page.elements().subList(same, page.elements().size()));
      writer.drain();
      if (same < page.elements().size() && same(page) < page.elements().size()) {
        throw new Unknown();
      }
      to = page.end();
    }
    writer.cut(key, 0, to - from);
    writer.drain();
    watch.copied(key, new ListJournal.Span(from, to));
    if (!watch.based(key)) {
      throw new Unknown();
    }
  }

  /// Brings over what has changed since the base.
  BigSync.Synced written() throws IOException, MoverException, InterruptedException, Unknown {
    Mark mark = watch.expectTake(key).orElseThrow(Unknown::new);
    long length = lane.read(mark, key, 0, 0).getFirst().number();
    ListJournal taken = mark.taken().orElseThrow(Unknown::new);
    ListJournal.Place then = mark.place().orElseThrow(Unknown::new);
    ListJournal.Span copied = watch.copied(key).orElseThrow(Unknown::new);
    from = Math.max(taken.keptFrom(), copied.from());
    to = Math.min(taken.keptTo(), copied.to());
    boolean known =
        then.length() == length
            && from < to
            && target.call("LLEN", key).number() == copied.to() - copied.from();
    if (!known) {
      throw new Unknown();
    }
    last = then;
    if (to - from < copied.to() - copied.from()) {
      writer.cut(key, from - copied.from(), to - copied.from());
    }
    // That what is kept lies where the journal says is not only concluded, but looked at.
    compared.add(new ListJournal.Span(from, Math.min(from + pageItems, to)));
    compared.add(new ListJournal.Span(Math.max(from, to - pageItems), to));
    for (long position : taken.set()) {
      if (position >= from && position < to) {
        setAnew(position);
      }
    }
    appendUpTo(then.tail());
    prependDownTo(then.head());
    writer.drain();
    watch.copied(key, new ListJournal.Span(from, to));
    return outcome();
  }

  private BigSync.Synced outcome() throws IOException, InterruptedException, Unknown {
    boolean same = true;
    for (ListJournal.Span span : compared) {
      for (long at = span.from(); same && at < span.to(); at += pageItems) {
        Page page = page(at, (int) Math.min(pageItems, span.to() - at));
        same = page.position() == at && same(page) == page.elements().size();
      }
    }
    Mark mark = watch.expectLook(key).orElseThrow(Unknown::new);
    ListJournal.Place now = seen(mark, lane.read(mark, key, 0, 0));
    if (!lane.lasts(key) || target.call("LLEN", key).number() != to - from) {
      throw new Unknown();
    }
    if (now.written()) {
      return new BigSync.Synced(now.length(), BigSync.Outcome.OPEN);
    }
    if (!same || now.head() != from || now.tail() != to) {
      throw new Unknown();
    }
    return new BigSync.Synced(now.length(), BigSync.Outcome.EQUAL);
  }

  private void setAnew(long position)
      throws IOException, MoverException, InterruptedException, Unknown {
    Page page = page(position, 1);
    if (page.position() == position && !page.elements().isEmpty()) {
      writer.set(key, position - from, page.elements().getFirst());
      compared.add(new ListJournal.Span(position, position + 1));
    }
    // Else it has gone meanwhile, which the next journal tells.
  }

  private void appendUpTo(long tail)
      throws IOException, MoverException, InterruptedException, Unknown {
    long before = to;
    while (to < tail) {
      Page page = page(to, (int) Math.min(pageItems, tail - to));
      if (page.position() != to || page.elements().isEmpty()) {
        break;
      }
      writer.append(key, page.elements());
      to = page.end();
    }
    compared.add(new ListJournal.Span(before, to));
  }

  private void prependDownTo(long head)
      throws IOException, MoverException, InterruptedException, Unknown {
    long before = from;
    while (from > head) {
      long start = Math.max(head, from - pageItems);
      Page page = page(start, (int) (from - start));
      if (page.end() != from || page.elements().isEmpty()) {
        break;
      }
      writer.prepend(key, page.elements());
      from = page.position();
    }
    compared.add(new ListJournal.Span(from, before));
  }

  /// How many of a page's elements the target has in the same places, from the first on.
  private int same(Page page) throws IOException {
    String first = Long.toString(page.position() - from);
    String last = Long.toString(page.end() - 1 - from);
    return ListWriter.commonStart(page.elements(), target.call("LRANGE", key, first, last).items());
  }

  /// The source's elements from a position on; from a later one if that has gone.
  private Page page(long position, int count) throws IOException, InterruptedException, Unknown {
    for (int i = 0; i < TRIES; i++) {
      long index = Math.max(0, position - last.head() - slack);
      Mark mark = watch.expectLook(key).orElseThrow(Unknown::new);
      List<Reply> read = lane.read(mark, key, index, count + 2 * slack);
      last = seen(mark, read);
      long first = index + last.head();
      Page page = clipped(first, read.get(1).items(), position, count);
      boolean whole = page.end() >= Math.min(position + count, last.tail());
      if (whole && (first <= position || index == 0)) {
        return page;
      }
      // The head has moved since it was last seen.
      long missed = Math.max(first - position, position + count - page.end());
      slack = Math.clamp(2 * missed, slack, pageItems);
    }
    throw new Unknown();
  }

  private static Page clipped(long first, List<Reply> read, long position, int count)
      throws IOException {
    long begin = Math.max(first, position);
    List<byte[]> elements = new ArrayList<>();
    for (long at = begin; at < Math.min(position + count, first + read.size()); at++) {
      elements.add(read.get((int) (at - first)).bytes());
    }
    return new Page(begin, elements);
  }

  /// Where the list was; its length has to be what the journal says.
  private static ListJournal.Place seen(Mark mark, List<Reply> read) throws IOException, Unknown {
    Optional<ListJournal.Place> place = mark.place();
    if (place.isEmpty() || place.get().length() != read.getFirst().number()) {
      throw new Unknown();
    }
    return place.get();
  }
}
