package dev.drover.opensearch.answer;

/// The objects and arrays around a place in an answer.
final class Nesting {
  private static final int DEPTH_MAX = 512;

  private static final int OBJECT = 1;
  private static final int INDICES = 2;
  private static final int BELOW_NAMES = 4;
  private static final int NAMES = 8;
  private static final int DOCUMENT = 16;
  private static final int NESTED = 32;

  private final byte[] open = new byte[DEPTH_MAX];
  private int depth;

  int depth() {
    return depth;
  }

  boolean inObject() {
    return depth > 0 && is(OBJECT);
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
    return depth > 0 && is(DOCUMENT);
  }

  /// The object that stands here shows a part of a document.
  void nested() {
    open[depth - 1] |= NESTED;
  }

  boolean isNested() {
    return depth > 0 && is(NESTED);
  }

  /// What a key means that stands here.
  ///
  /// @param known what it means in general
  Member here(Member known) {
    if (inDocument()) {
      return Member.PASSED;
    }
    if (depth == 0 || !is(BELOW_NAMES)) {
      return known.elsewhere();
    }
    return is(NAMES) ? Member.WALKED : known.belowNames();
  }

  private boolean is(int what) {
    return (open[depth - 1] & what) != 0;
  }

  /// An object or an array opens that is a member's value, or an array's element.
  void open(boolean object, Member member) throws BadAnswer {
    if (depth == DEPTH_MAX) {
      throw new BadAnswer("a home's answer is nested too deeply");
    }
    // A name's value is an object, so a list below names is the home's own.
    boolean documents = !object && member == Member.LISTED;
    boolean below = depth > 0 && is(BELOW_NAMES) && !documents;
    boolean names = member == Member.NAMES || (member == Member.BUCKETS && object);
    int what = object ? OBJECT : 0;
    what |= below || member == Member.NAMES ? BELOW_NAMES : 0;
    what |= names ? NAMES : 0;
    what |= !object && member == Member.INDICES ? INDICES : 0;
    what |= object && member == Member.DOCUMENT ? DOCUMENT : 0;
    open[depth++] = (byte) what;
  }

  void close() {
    depth--;
  }
}
