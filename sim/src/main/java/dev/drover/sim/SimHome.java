package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.mover.EngineModel.FencesTarget;
import dev.drover.sim.HomePart.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A home's process. What it has acknowledged survives its crashes; the captures that hang on it do
/// not.
final class SimHome extends Proc {
  private static final long UNDER_WAY_NANOS_MAX = 30_000_000;

  private final HomeTraits traits;
  private final Chance chance;
  private final Map<PartitionId, HomePart> parts = new HashMap<>();
  private final SimCaptures captures;
  private long sequence;
  private long marksGiven;
  private long notesGiven;
  private boolean full;
  private boolean slowTail;

  SimHome(World world, String name, HomeTraits traits, Chance chance) {
    super(world, name);
    this.traits = traits;
    this.chance = chance;
    this.captures = new SimCaptures(world, this, chance, traits.captureLoss());
  }

  HomeId id() {
    return new HomeId(name);
  }

  Placement placement() {
    return new Placement(id(), "all");
  }

  private HomePart part(PartitionId id) {
    return parts.computeIfAbsent(id, _ -> new HomePart(new SimMember(world, name)));
  }

  /// Where what is in a partition stands.
  private HomePart held(PartitionId id) {
    return part(world.nesting().root(id));
  }

  /// Whether a fence is up over a key.
  private boolean fences(PartitionId id, int key) {
    PartitionId root = world.nesting().root(id);
    return parts.values().stream()
        .anyMatch(part -> part.fenced != null && part.fenced.covers(root, key));
  }

  // --- for clients

  /// What comes of a write.
  enum Appended {
    DONE,
    NO_ROOM,
    /// It refuses everybody just now.
    BLOCKED
  }

  /// @param silent whether no capture is told
  Appended append(PartitionId id, int key, long write, boolean silent) {
    HomePart part = held(id);
    if (full) {
      return Appended.NO_ROOM;
    }
    if (traits.blocks() && fences(id, key)) {
      return Appended.BLOCKED;
    }
    part.cells.merge(key, Cell.append(null, write), (cell, _) -> Cell.append(cell, write));
    Version known = part.versions.getOrDefault(key, new Version(0, 0));
    sequence++;
    long next = known.sequence() == Version.TOMBSTONE ? Version.TOMBSTONE : known.sequence() + 1;
    part.versions.put(key, new Version(known.term(), next));
    changed(id, key, silent);
    return Appended.DONE;
  }

  /// A writer who goes around the gateways.
  ///
  /// @return whether it was done
  boolean appendAround(PartitionId id, int key, long write) {
    return !fences(id, key) && append(id, key, write, false) == Appended.DONE;
  }

  @Nullable Cell read(PartitionId id, int key) {
    return held(id).cells.get(key);
  }

  /// Notes a key that is changed by what no capture is told.
  boolean note(PartitionId id, int key) {
    part(id).notes.put(++notesGiven, key);
    return true;
  }

  // --- for movers

  /// What is noted, by number.
  Map<Long, Integer> notes(PartitionId id, long after) {
    return new TreeMap<>(part(id).notes.tailMap(after, false));
  }

  /// Forgets what is noted.
  Copied dropNotes(PartitionId id, Right right) {
    HomePart part = part(id);
    Copied standing = standing(part, right);
    if (standing == Copied.DONE) {
      part.notes.clear();
    }
    return standing;
  }

  /// What a copy comes to.
  enum Copied {
    DONE,
    /// A higher term was seen.
    FENCED,
    /// The fence was raised again meanwhile, at least by the same driver: this is a request that
    /// comes late from a connection that nobody uses any more.
    STALE,
    /// It is under way within the home.
    UNDER_WAY,
    NO_ROOM
  }

  /// A key as a mover reads it.
  ///
  /// @param mark by which the home can show later that it still holds what was read
  record Item(@Nullable Cell cell, long sequence, long mark) {
    Item(@Nullable Cell cell, long sequence) {
      this(cell, sequence, 0);
    }

    /// Whether it is not a copy of a key that was not there when it was read, and may come to be,
    /// but the end of a key.
    boolean removes() {
      return cell == null && mark == 0;
    }
  }

  /// A driver's right to write here: its term, and how often the fence had been raised then.
  record Right(long term, long raised) {}

  /// Raises the fence, never lowers it; what is on its way under an earlier right is refused from
  /// here on.
  ///
  /// @return the right to write, or null if a higher term was seen
  @Nullable Right raiseFence(PartitionId id, long term) {
    HomePart part = part(id);
    if (world.rules().copiesAreFenced()) {
      if (part.fence > term) {
        return null;
      }
      part.fence = term;
    }
    return new Right(term, ++part.raised);
  }

  /// How a right stands by now.
  private Copied standing(HomePart part, Right right) {
    if (!world.rules().copiesAreFenced()) {
      return Copied.DONE;
    }
    if (part.fence > right.term()) {
      return Copied.FENCED;
    }
    return part.raised == right.raised() ? Copied.DONE : Copied.STALE;
  }

  Item item(PartitionId id, int key) {
    return new Item(held(id).cells.get(key), sequence);
  }

  /// Reads a key to be copied, unless this home does not hold any more what was read before.
  ///
  /// @param after the mark that came with that, 0 if there is none
  /// @return empty if it is lost
  Optional<Item> readToCopy(PartitionId id, int key, long after) {
    if (world.rules().copiesAreMarked() && !shows(id, after)) {
      return Optional.empty();
    }
    long mark = ++marksGiven;
    part(id).marks.add(mark);
    remember(id);
    return Optional.of(new Item(held(id).cells.get(key), sequence, mark));
  }

  /// Whether it holds all that was read with this mark or before.
  boolean shows(PartitionId id, long mark) {
    return mark == 0 || part(id).marks.contains(mark);
  }

  /// The last mark under which a move's copies were written here; 0 if there are none.
  long noted(PartitionId id, MoveId move) {
    return move.equals(part(id).copiedBy) ? part(id).noted : 0;
  }

  /// As [#copy], and notes the mark.
  Copied copyNoted(PartitionId id, Right right, MoveId move, int key, Item item) {
    Copied copied = copy(id, right, key, item);
    if (copied == Copied.DONE || copied == Copied.UNDER_WAY) {
      part(id).copiedBy = move;
      part(id).noted = item.mark();
    }
    return copied;
  }

  List<Integer> keys(Scope scope) {
    return held(scope.partition()).cells.keySet().stream().filter(scope::covers).toList();
  }

  /// Everything at once, to be compared.
  Map<Integer, Cell> contents(Scope scope) {
    Map<Integer, Cell> contents = new TreeMap<>(held(scope.partition()).cells);
    contents.keySet().removeIf(key -> !scope.covers(key));
    return contents;
  }

  /// As [#copy], unless the key is there.
  Copied copyIfAbsent(PartitionId id, Right right, int key, Item item) {
    HomePart part = part(id);
    HomePart held = held(id);
    if (traits.conditional() != FencesTarget.BY_VERSION && standing(part, right) != Copied.DONE) {
      return standing(part, right);
    }
    if (traits.conditional() == FencesTarget.BY_NAME) {
      return through(
          id,
          right,
          item,
          () -> {
            if (item.cell() != null && !held.cells.containsKey(key)) {
              put(id, key, item);
            }
          });
    }
    boolean absent = !held.cells.containsKey(key);
    return absent && item.cell() != null ? copy(id, right, key, item) : Copied.DONE;
  }

  /// Writes a key as it was read at another home, or removes it if it was not there.
  Copied copy(PartitionId id, Right right, int key, Item item) {
    HomePart part = part(id);
    switch (traits.conditional()) {
      case BY_TERM -> {
        Copied standing = standing(part, right);
        if (standing != Copied.DONE) {
          return standing;
        }
      }
      case BY_NAME -> {
        return through(id, right, item, () -> put(id, key, item));
      }
      case BY_VERSION -> {
        HomePart held = held(id);
        long number = item.removes() ? Version.TOMBSTONE : item.sequence();
        Version version = new Version(right.term(), number);
        Version known = held.versions.get(key);
        if (known != null && known.compareTo(version) > 0 && world.rules().copiesAreFenced()) {
          return Copied.DONE;
        }
        held.versions.put(key, version);
        if (part.fence > right.term()) {
          held.late.add(key);
        } else {
          held.late.remove(key);
        }
      }
    }
    if (item.cell() != null && full) {
      return Copied.NO_ROOM;
    }
    put(id, key, item);
    return Copied.DONE;
  }

  private void put(PartitionId id, int key, Item item) {
    HomePart part = held(id);
    boolean changed =
        item.cell() == null
            ? part.cells.remove(key) != null
            : part.cells.put(key, item.cell()) != item.cell();
    if (changed) {
      changed(id, key, false);
    }
  }

  /// A change that comes through a name: it is under way within the home for a while, also when the
  /// name is taken away meanwhile, and looks at what is there when it is done.
  private Copied through(PartitionId id, Right right, Item item, Runnable change) {
    HomePart part = part(id);
    Copied standing = standing(part, right);
    if (standing != Copied.DONE) {
      return standing;
    }
    if (full && item.cell() != null) {
      return Copied.NO_ROOM;
    }
    Long term = right.term();
    part.underWay.add(term);
    later(
        chance.between(0, UNDER_WAY_NANOS_MAX),
        () -> {
          if (part.underWay.remove(term)) {
            change.run();
          }
        });
    return Copied.UNDER_WAY;
  }

  /// What has become of a change that was under way.
  Copied landed(PartitionId id, Right right) {
    return underWay(id, right.term()) ? Copied.UNDER_WAY : standing(part(id), right);
  }

  /// Whether copies are under way that have come through the name of this term, or of an older one.
  boolean underWay(PartitionId id, long term) {
    return part(id).underWay.stream().anyMatch(each -> each <= term);
  }

  /// Removes a key that is as it was seen to be; else it takes it aside.
  ///
  /// @param seen what it held, null if it is to be taken aside whatever it holds
  Copied removeCopy(PartitionId id, Right right, int key, @Nullable Cell seen) {
    if (traits.conditional() == FencesTarget.BY_NAME) {
      return through(id, right, new Item(null, 0), () -> removeOrKeep(id, key, seen));
    }
    HomePart held = held(id);
    Cell now = held.cells.get(key);
    if (now == null || (seen != null && Cell.same(now, seen))) {
      return copy(id, right, key, new Item(null, 0));
    }
    Copied done = copy(id, right, key, new Item(null, 0));
    if (done == Copied.DONE && !held.cells.containsKey(key)) {
      held.aside.computeIfAbsent(key, _ -> new ArrayList<>()).add(now);
    }
    return done;
  }

  private void removeOrKeep(PartitionId id, int key, @Nullable Cell seen) {
    HomePart part = held(id);
    Cell now = part.cells.get(key);
    if (now != null && (seen == null || !Cell.same(now, seen))) {
      part.aside.computeIfAbsent(key, _ -> new ArrayList<>()).add(now);
    }
    put(id, key, new Item(null, 0));
  }

  /// Makes it refuse writers who go around the gateways, or admit them again.
  Copied fenceSource(Scope scope, Right right, boolean on) {
    HomePart part = part(scope.partition());
    Copied standing = standing(part, right);
    if (standing == Copied.DONE) {
      part.fenced = on && fencesSource() ? scope : null;
    }
    return standing;
  }

  boolean fencesCopies() {
    return traits.conditional() != FencesTarget.BY_VERSION;
  }

  boolean fencesSource() {
    return traits.fencesSource() || traits.blocks();
  }

  SourceFence sourceFence() {
    return traits.blocks() ? SourceFence.EVERYONE : SourceFence.OUTSIDERS;
  }

  /// Does something about this home's part in the moves of an engine with steps of its own.
  Copied step(PartitionId id, Right right, Consumer<SimMember> what) {
    HomePart part = part(id);
    Copied standing = standing(part, right);
    if (standing == Copied.DONE) {
      what.accept(part.member);
    }
    return standing;
  }

  boolean slowTail() {
    return slowTail;
  }

  // --- capture

  SimCaptures captures() {
    return captures;
  }

  private void changed(PartitionId id, int key, boolean silent) {
    remember(id);
    PartitionId root = world.nesting().root(id);
    world.homeChanged(this, root, key);
    if (!silent) {
      captures.changed(root, key);
    }
  }

  private void remember(PartitionId id) {
    if (world.scenario().losesSources()) {
      part(id).remember();
    }
  }

  // --- faults

  /// What is there of a partition is as it was earlier, or nothing. Its fences stay.
  void loseLast(PartitionId id, int which) {
    int back = part(id).loseLast(which);
    world.say(name, () -> "has lost of " + id + " what changed " + back + " times");
  }

  @Override
  void killed() {
    // What was under way within it ends with the process, and so does the name it came through.
    for (HomePart part : parts.values()) {
      if (!part.underWay.isEmpty()) {
        part.underWay.clear();
        part.raised++;
      }
    }
    breakCaptures();
  }

  void breakCaptures() {
    captures.breakAll();
  }

  void full(boolean on) {
    world.say(name, () -> on ? "is full" : "has room again");
    full = on;
  }

  /// The last tail would take longer than any budget.
  void slowTail(boolean on) {
    world.say(name, () -> on ? "is too slow for any budget" : "is fast again");
    slowTail = on;
  }

  // --- for the checker, which sees everything

  /// Whether what is there was copied by a driver that had been overtaken, which a home with
  /// versions alone cannot refuse (docs/decisions/0018).
  boolean late(PartitionId id, int key) {
    return held(id).late.contains(key);
  }

  /// Whether a write stands aside here.
  boolean keepsAside(PartitionId id, int key, long write) {
    return held(id).aside.getOrDefault(key, List.of()).stream()
        .anyMatch(cell -> Cell.count(cell, write) > 0);
  }

  /// Whether a move has left it a member.
  boolean member(PartitionId id) {
    return part(id).member.left();
  }

  boolean fenced(PartitionId id) {
    return part(id).fenced != null;
  }
}
