package dev.drover.opensearch.answer;

import java.util.Arrays;

/// The objects and arrays around a place in an answer.
final class Nesting {
  private static final int DEPTH_MAX = 512;

  private static final int OBJECT = 1;
  private static final int INDICES = 2;
  private static final int BELOW_NAMES = 4;
  private static final int NAMES = 8;
  private static final int DOCUMENT = 16;
  private static final int NESTED = 32;

  private byte[] open = new byte[16];
  private int depth;

  /// What the innermost one is; 0 outside of all.
  private int top;

  int depth() {
    return depth;
  }

  boolean inObject() {
    return is(OBJECT);
  }

  boolean inArray() {
    return depth > 0 && !is(OBJECT);
  }

  /// Whether texts that stand here are names of indices.
  boolean ofIndices() {
    return is(INDICES);
  }

  /// Whether the members that stand here are those of a document.
  boolean inDocument() {
    return is(DOCUMENT);
  }

  /// The object that stands here shows a part of a document.
  void nested() {
    top |= NESTED;
    open[depth - 1] = (byte) top;
  }

  boolean isNested() {
    return is(NESTED);
  }

  /// What a key means that stands here.
  ///
  /// @param known what it means in general
  Member here(Member known) {
    if (!is(BELOW_NAMES | DOCUMENT)) {
      return known == Member.WALKED ? known : known.elsewhere();
    }
    if (is(DOCUMENT)) {
      return Member.PASSED;
    }
    return is(NAMES) ? Member.WALKED : known.belowNames();
  }

  private boolean is(int what) {
    return (top & what) != 0;
  }

  /// An object or an array opens that is a member's value, or an array's element.
  void open(boolean object, Member member) throws BadAnswer {
    if (depth == DEPTH_MAX) {
      throw new BadAnswer("a home's answer is nested too deeply");
    }
    if (depth == open.length) {
      open = Arrays.copyOf(open, Math.min(DEPTH_MAX, depth * 2));
    }
    // A name's value is an object, so a list below names is the home's own.
    boolean documents = !object && member == Member.LISTED;
    boolean below = is(BELOW_NAMES) && !documents;
    boolean names = member == Member.NAMES || (member == Member.BUCKETS && object);
    int what = object ? OBJECT : 0;
    what |= below || member == Member.NAMES ? BELOW_NAMES : 0;
    what |= names ? NAMES : 0;
    what |= !object && member == Member.INDICES ? INDICES : 0;
    what |= object && member == Member.DOCUMENT ? DOCUMENT : 0;
    open[depth++] = (byte) what;
    top = what;
  }

  void close() {
    depth--;
    top = depth == 0 ? 0 : open[depth - 1];
  }
}
