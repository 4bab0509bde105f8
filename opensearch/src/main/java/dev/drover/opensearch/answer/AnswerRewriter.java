package dev.drover.opensearch.answer;

import dev.drover.opensearch.wire.JsonText;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Rewrites a home's answer in JSON while it comes, in pieces of any size: names of indices, ids,
/// routings, primary terms, cursors and texts for people. What a client has stored itself is passed
/// by unread, so a document's own `_id` stays.
///
/// A document that a shared index keeps apart by a field is shown without that field.
///
/// Whitespace stays as it is. A member that is left out takes its comma with it.
public final class AnswerRewriter {
  private static final int TOKEN_BYTES_MAX = 256 << 10;
  private static final int REASON_BYTES_MAX = 64 << 10;

  /// How much longer a piece may become; mostly it becomes shorter.
  private static final int MORE = 64;

  /// Where the next byte stands.
  private enum At {
    VALUE,
    STRING,
    SCALAR,
    MEMBER,
    KEY,
    COLON,
    NEXT,
    END
  }

  private final AnswerWords words;
  private final Wording wording;
  private final AnswerShape shape;
  private final Meanings meanings;
  private final Nesting nesting = new Nesting();
  private At at = At.VALUE;
  private Member member;
  private boolean passing;

  /// How many objects and arrays are open in what is passed by.
  private int passedDepth;

  private boolean escaped;
  private boolean captured;
  private final Gathered token = new Gathered(TOKEN_BYTES_MAX);

  /// A comma and whitespace before a member whose key has not come yet.
  private final Gathered before = new Gathered(TOKEN_BYTES_MAX);

  private boolean dropping;
  private boolean dropComma;
  private boolean error;

  private byte[] in = new byte[0];
  private int from;
  private Output out = new Output(0);

  public AnswerRewriter(AnswerWords words, AnswerShape shape) {
    this.words = words;
    this.wording = new Wording(words);
    this.shape = shape;
    this.meanings = new Meanings(words);
    this.member = meanings.of(shape.root(), nesting);
  }

  /// Takes the next piece, which is released.
  ///
  /// @return what the client is given for it
  public ByteBuf rewrite(ByteBuf piece) throws BadAnswer {
    int length = piece.readableBytes();
    if (in.length < length) {
      in = new byte[length];
    }
    piece.readBytes(in, 0, length);
    piece.release();
    out = new Output(length + MORE);
    from = 0;
    int i = 0;
    while (i < length) {
      i = passing ? pass(i, length) : step(i, length);
    }
    flush(length);
    return out.taken();
  }

  /// The answer has come as a whole.
  ///
  /// @throws BadAnswer if it ends too early
  public void end() throws BadAnswer {
    boolean scalar = nesting.depth() == 0 && at == At.SCALAR;
    if (at != At.END && !scalar) {
      throw new BadAnswer("a home's answer ends in the middle");
    }
  }

  // --- what goes out

  /// Passes on what has come before `to`, unless it is kept back.
  private void flush(int to) {
    if (to > from && !captured && !dropping && at != At.MEMBER) {
      out.add(in, from, to);
    }
    from = to;
  }

  private void write(String text) {
    if (!dropping) {
      out.add(text);
    }
  }

  // --- what is passed by

  /// In a value that is not looked into: only its end is looked for.
  private int pass(int begin, int length) throws BadAnswer {
    int i = begin;
    while (i < length) {
      byte b = in[i];
      if (at == At.STRING) {
        i = textEnd(i, length);
        if (at != At.STRING && passedDepth == 0) {
          return passed(i);
        }
        continue;
      }
      switch (b) {
        case '"' -> at = At.STRING;
        case '{', '[' -> passedDepth++;
        case '}', ']' -> {
          if (passedDepth == 0) {
            return passed(i);
          }
          passedDepth--;
          if (passedDepth == 0) {
            return passed(i + 1);
          }
        }
        case ',' -> {
          if (passedDepth == 0) {
            return passed(i);
          }
        }
        default -> {}
      }
      i++;
    }
    return i;
  }

  /// Behind the end of a text that is passed by, or of what has come of it.
  private int textEnd(int begin, int length) {
    int i = begin;
    while (i < length) {
      byte b = in[i++];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        at = At.NEXT;
        return i;
      }
    }
    return i;
  }

  private int passed(int next) {
    passing = false;
    flush(next);
    valueEnds();
    return next;
  }

  private void valueEnds() {
    dropping = false;
    at = nesting.depth() == 0 ? At.END : At.NEXT;
  }

  // --- what is looked into

  private int step(int i, int length) throws BadAnswer {
    byte b = in[i];
    return switch (at) {
      case VALUE -> value(i, b, length);
      case STRING -> string(i, length);
      case SCALAR -> scalar(i, length);
      case MEMBER -> {
        // A comma that was left out stands between.
        boolean begins = before.length() == 0 && from == i;
        int behind = begins ? usualKey(i, length) : -1;
        yield behind < 0 ? member(i, b) : behind;
      }
      case KEY -> key(i, b);
      case COLON -> colon(i, b);
      case NEXT -> next(i, length);
      case END -> {
        if (!JsonText.white(b)) {
          throw new BadAnswer("a home's answer goes on behind its end");
        }
        yield i + 1;
      }
    };
  }

  private int value(int i, byte b, int length) throws BadAnswer {
    if (JsonText.white(b)) {
      return i + 1;
    }
    if (dropping || member == Member.PASSED) {
      passing = true;
      passedDepth = 0;
      return pass(i, i + 1);
    }
    if (b == '"') {
      at = At.STRING;
      escaped = false;
      return rewrittenText() ? begunText(i + 1, length) : i + 1;
    }
    if (b == '{' || b == '[') {
      nesting.open(b == '{', member);
      if (b == '{') {
        opened(i + 1);
      } else {
        element();
      }
      return i + 1;
    }
    if (b == ']' && nesting.inArray()) {
      nesting.close();
      valueEnds();
      return i + 1;
    }
    if (!JsonBytes.beginsScalar(b)) {
      throw new BadAnswer("a home's answer is no JSON");
    }
    at = At.SCALAR;
    if (member == Member.TERM) {
      flush(i);
      captured = true;
      token.clear();
    }
    return i;
  }

  /// A text that is rewritten.
  private int begunText(int begin, int length) throws BadAnswer {
    flush(begin);
    int end = member == Member.REASON ? -1 : JsonBytes.quote(in, begin, length);
    if (end < 0) {
      captured = true;
      token.clear();
      return begin;
    }
    if (!wording.write(member, in, begin, end, out)) {
      write(wording.json(member, new String(in, begin, end - begin, StandardCharsets.UTF_8)));
    }
    from = end;
    valueEnds();
    return end + 1;
  }

  /// What comes is an element of an array.
  private void element() {
    member = nesting.ofIndices() ? Member.INDEX : Member.WALKED;
  }

  private boolean rewrittenText() {
    return switch (member) {
      case OWN_INDEX, INDEX, ID, REASON, CURSOR -> true;
      case WALKED, PASSED, DOCUMENT, NESTED, NAMES, LISTED, BUCKETS, META -> false;
      case INDICES, ROUTING, TERM -> false;
    };
  }

  /// An object begins: its first member may be left out, and then the comma behind it goes.
  private void opened(int next) {
    flush(next);
    at = At.MEMBER;
    before.clear();
    dropComma = false;
  }

  private int string(int begin, int length) throws BadAnswer {
    for (int i = begin; i < length; i++) {
      byte b = in[i];
      if (!escaped && b == '"') {
        if (captured) {
          from = i;
          captured = false;
          write(wording.json(member, captured()));
        }
        valueEnds();
        return i + 1;
      }
      escaped = !escaped && b == '\\';
      if (captured) {
        capture(b);
      }
    }
    return length;
  }

  /// A text for people can hold what a client has sent, of any length: of such a one the beginning
  /// is shown.
  private void capture(byte b) throws BadAnswer {
    if (member != Member.REASON || token.length() < REASON_BYTES_MAX) {
      token.add(b);
    }
  }

  private String captured() {
    String text = token.text();
    return token.length() < REASON_BYTES_MAX ? text : JsonText.cut(text) + "…";
  }

  private int scalar(int begin, int length) throws BadAnswer {
    int i = begin;
    while (i < length && in[i] != ',' && in[i] != '}' && in[i] != ']' && !JsonText.white(in[i])) {
      if (captured) {
        token.add(in[i]);
      }
      i++;
    }
    if (i == length) {
      return i;
    }
    if (captured) {
      captured = false;
      from = i;
      write(wording.shown(Member.TERM, token.text()));
    }
    valueEnds();
    return i;
  }

  /// Usual members one after another, each with its comma before it.
  ///
  /// @return where the first stands that is another one; or where the value of the last begins
  private int usualKeys(int begin, int length) {
    int i = begin;
    while (i < length && in[i] == ',') {
      int behind = usualKey(i, length);
      if (behind < 0) {
        return i;
      }
      i = behind;
      if (at == At.VALUE) {
        return i;
      }
    }
    return i;
  }

  /// A key that stands here as a whole and is passed on: most are.
  ///
  /// @return where its value begins; -1 if it has to be looked at byte by byte
  private int usualKey(int begin, int length) {
    boolean comma = in[begin] == ',';
    int key = comma ? begin + 2 : begin + 1;
    boolean apart = shape != AnswerShape.DOCUMENTS || (comma && dropComma);
    if (apart || key > length || in[key - 1] != '"') {
      return -1;
    }
    int end = JsonBytes.quote(in, key, length);
    if (end < 0 || end + 1 >= length || in[end + 1] != ':') {
      return -1;
    }
    Member found = meanings.of(nesting.here(Member.of(in, key, end)), nesting);
    if (meanings.leavesOut(found, nesting, in, key, end)) {
      return -1;
    }
    member = found;
    int value = end + 2;
    int behind = found == Member.WALKED ? JsonBytes.plainEnd(in, value, length) : -1;
    at = behind < 0 ? At.VALUE : At.NEXT;
    return behind < 0 ? value : behind;
  }

  /// Before a member's key: what comes is kept back, since the member may be left out.
  private int member(int i, byte b) throws BadAnswer {
    if (b == '"') {
      at = At.KEY;
      token.clear();
      captured = true;
      escaped = false;
      return i + 1;
    }
    if (b == '}') {
      emitBefore();
      from = i;
      nesting.close();
      valueEnds();
      return i + 1;
    }
    if (!JsonText.white(b) && b != ',') {
      throw new BadAnswer("a home's answer is no JSON");
    }
    if (b != ',' || !dropComma) {
      before.add(b);
    } else {
      dropComma = false;
    }
    return i + 1;
  }

  private void emitBefore() {
    before.write(out);
    before.clear();
  }

  private int key(int i, byte b) throws BadAnswer {
    if (escaped || b != '"') {
      escaped = !escaped && b == '\\';
      token.add(b);
      return i + 1;
    }
    captured = false;
    from = i + 1;
    member = memberOf();
    at = At.COLON;
    if (meanings.leavesOut(member, nesting, token.text())) {
      dropping = true;
      // The first member of an object has no comma before it.
      dropComma = !before.holds(',');
      before.clear();
      return i + 1;
    }
    emitBefore();
    String key = token.text();
    write("\"" + (byIndex() ? words.index(key) : key) + "\"");
    return i + 1;
  }

  private boolean byIndex() {
    return shape == AnswerShape.BY_INDEX && nesting.depth() == 1;
  }

  private Member memberOf() {
    if (token.length() > Member.KEY_LENGTH_MAX) {
      return Member.WALKED;
    }
    String key = token.text();
    error |= nesting.depth() == 1 && key.equals("error");
    Member known = error ? Member.of(key) : shape.member(key);
    return meanings.of(nesting.here(known), nesting);
  }

  private int colon(int i, byte b) throws BadAnswer {
    if (b == ':') {
      at = At.VALUE;
    } else if (!JsonText.white(b)) {
      throw new BadAnswer("a home's answer is no JSON");
    }
    return i + 1;
  }

  private int next(int i, int length) throws BadAnswer {
    byte b = in[i];
    if (JsonText.white(b)) {
      return i + 1;
    }
    boolean object = nesting.inObject();
    if (b == ',') {
      if (object) {
        int behind = usualKeys(i, length);
        if (behind > i) {
          return behind;
        }
        flush(i);
        at = At.MEMBER;
        before.clear();
        return i;
      }
      at = At.VALUE;
      element();
      return i + 1;
    }
    if (nesting.depth() == 0 || (b == '}') != object || (b != '}' && b != ']')) {
      throw new BadAnswer("a home's answer is no JSON");
    }
    dropComma = false;
    nesting.close();
    valueEnds();
    return i + 1;
  }
}
