package dev.drover.opensearch.answer;

/// Parts of JSON in bytes.
final class JsonBytes {
  private JsonBytes() {}

  /// Whether a number, `true`, `false` or `null` can begin so.
  static boolean beginsScalar(byte b) {
    return (b >= '0' && b <= '9') || b == '-' || b == 't' || b == 'f' || b == 'n';
  }

  /// Where a text or a key without escapes ends, whose first byte is at `from`.
  ///
  /// @return its closing quote; -1 if it has escapes, or does not end before `to`
  static int quote(byte[] in, int from, int to) {
    int i = from;
    while (i < to && in[i] != '"' && in[i] != '\\') {
      i++;
    }
    return i < to && in[i] == '"' ? i : -1;
  }

  /// Behind a whole number, a word or a text without escapes.
  ///
  /// @return -1 if nothing of that kind stands here as a whole
  static int plainEnd(byte[] in, int from, int to) {
    if (from < to && in[from] == '"') {
      int quote = quote(in, from + 1, to);
      return quote < 0 ? -1 : quote + 1;
    }
    int i = from;
    while (i < to && ((in[i] >= '0' && in[i] <= '9') || (in[i] >= 'a' && in[i] <= 'z'))) {
      i++;
    }
    return i > from && i < to && (in[i] == ',' || in[i] == '}') ? i : -1;
  }
}
