package dev.drover.sim;

import dev.drover.core.MoveId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a home knows of one partition. What it holds of one that lies inside another stands in the
/// other's part: cells, versions, and what is late or aside.
final class HomePart {
  /// Orders what a home with versions alone is told of a key.
  record Version(long term, long sequence) implements Comparable<Version> {
    static final long TOMBSTONE = Long.MAX_VALUE;

    @Override
    public int compareTo(Version that) {
      int byTerm = Long.compare(term, that.term);
      return byTerm != 0 ? byTerm : Long.compare(sequence, that.sequence);
    }
  }

  private record Past(Map<Integer, Cell> cells, Map<Integer, Version> versions, Set<Long> marks) {}

  final TreeMap<Integer, Cell> cells = new TreeMap<>();
  final Map<Integer, Version> versions = new HashMap<>();

  /// Keys of which what is there comes from a driver that had been overtaken.
  final Set<Integer> late = new HashSet<>();

  /// What is not known to be a copy, until an operator decides.
  final Map<Integer, List<Cell>> aside = new HashMap<>();

  /// What it has shown to movers that read, to be known again by it.
  final Set<Long> marks = new HashSet<>();

  /// How it was after each change, the last one last; kept only where a source can be lost.
  private final List<Past> past = new ArrayList<>();

  /// Keys that gateways have noted since the last move, in the order of the notes' numbers.
  final TreeMap<Long, Integer> notes = new TreeMap<>();

  @Nullable MoveId copiedBy;
  long noted;
  long fence;
  long raised;

  /// What writers who go around the gateways may not write.
  @Nullable Scope fenced;

  /// Copies that have come through a name and are under way, by term.
  final List<Long> underWay = new ArrayList<>();

  final SimMember member;

  HomePart(SimMember member) {
    this.member = member;
  }

  /// Keeps how it is now.
  void remember() {
    past.add(new Past(Map.copyOf(cells), Map.copyOf(versions), Set.copyOf(marks)));
  }

  /// It is as it was earlier, or empty. Its fences stay.
  ///
  /// @return how many changes are gone
  int loseLast(int which) {
    int back = which % 3 == 0 ? past.size() : Math.min(past.size(), which % 10);
    Past then =
        back == past.size()
            ? new Past(Map.of(), Map.of(), Set.of())
            : past.get(past.size() - 1 - back);
    cells.clear();
    cells.putAll(then.cells());
    versions.clear();
    versions.putAll(then.versions());
    marks.clear();
    marks.addAll(then.marks());
    remember();
    return back;
  }
}
