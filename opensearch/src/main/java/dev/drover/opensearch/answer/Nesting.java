package dev.drover.opensearch.answer;

/// The objects and arrays around a place in an answer.
final class Nesting {
  private static final int DEPTH_MAX = 512;

  private static final int OBJECT = 1;
  private static final int INDICES = 2;
  private static final int NAMED = 4;

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

  /// Whether keys that stand here are names that a client chose, of aggregations or the like, or
  /// stand beside such.
  boolean named() {
    return depth > 0 && is(NAMED);
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
    boolean named = member == Member.NAMES || (named() && !documents);
    int what = (object ? OBJECT : 0) | (named ? NAMED : 0);
    open[depth++] = (byte) (!object && member == Member.INDICES ? what | INDICES : what);
  }

  void close() {
    depth--;
  }
}
