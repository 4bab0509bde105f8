package dev.drover.opensearch.answer;

import dev.drover.opensearch.wire.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rewrites a home's answer in JSON while it comes, in pieces of any size: names of indices, ids,
/// routings, primary terms, cursors and texts for people. What a client has stored itself is passed
/// by unread, so a document's own `_id` stays.
///
/// Whitespace stays as it is. A member that is left out takes its comma with it.
public final class AnswerRewriter {
  private static final int DEPTH_MAX = 512;
  private static final int TOKEN_BYTES_MAX = 256 << 10;

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

  /// Whose members' keys are what.
  public enum Shape {
    /// Of documents, of hits, of what was done.
    DOCUMENTS,
    /// The keys of the root are indices, and below them stands what is the tenant's own.
    BY_INDEX,
    /// Of fields: what they can do, and where.
    FIELDS
  }

  private final AnswerWords words;
  private final Shape shape;
  private final boolean[] objects = new boolean[DEPTH_MAX];

  /// Of an array, whether its texts are names of indices.
  private final boolean[] names = new boolean[DEPTH_MAX];

  private int depth;
  private At at = At.VALUE;
  private Member member = Member.WALKED;
  private int passedDepth = -1;
  private boolean escaped;
  private boolean captured;
  private byte[] token = new byte[64];
  private int tokenLength;

  /// A comma and whitespace before a member whose key has not come yet.
  private byte[] before = new byte[16];

  private int beforeLength;
  private boolean dropping;
  private boolean dropComma;
  private boolean error;

  private byte[] in = new byte[0];
  private int from;
  private @Nullable ByteBuf out;

  public AnswerRewriter(AnswerWords words, Shape shape) {
    this.words = words;
    this.shape = shape;
  }

  /// Takes the next piece, which is released.
  ///
  /// @return what the client is given for it
  public ByteBuf rewrite(ByteBuf piece, ByteBufAllocator alloc) throws BadAnswer {
    int length = piece.readableBytes();
    if (in.length < length) {
      in = new byte[length];
    }
    piece.readBytes(in, 0, length);
    piece.release();
    ByteBuf buffer = alloc.buffer(length + 64);
    out = buffer;
    from = 0;
    try {
      int i = 0;
      while (i < length) {
        i = passedDepth >= 0 ? pass(i, length) : step(i, length);
      }
      flush(length);
      ByteBuf done = buffer;
      buffer = null;
      return done;
    } finally {
      out = null;
      if (buffer != null) {
        buffer.release();
      }
    }
  }

  /// The answer has come as a whole.
  ///
  /// @throws BadAnswer if it ends too early
  public void end() throws BadAnswer {
    boolean scalar = depth == 0 && at == At.SCALAR;
    if (at != At.END && !scalar) {
      throw new BadAnswer("a home's answer ends in the middle");
    }
  }

  // --- what goes out

  /// Passes on what has come before `to`, unless it is kept back.
  private void flush(int to) {
    if (to > from && !captured && !dropping && at != At.MEMBER && out != null) {
      out.writeBytes(in, from, to - from);
    }
    from = to;
  }

  private void write(String text) {
    if (out != null && !dropping) {
      out.writeCharSequence(text, StandardCharsets.UTF_8);
    }
  }

  private void keep(byte b) throws BadAnswer {
    if (tokenLength == token.length) {
      if (tokenLength >= TOKEN_BYTES_MAX) {
        throw new BadAnswer("a home's answer holds a name or a text that is too long");
      }
      token = Arrays.copyOf(token, tokenLength * 2);
    }
    token[tokenLength++] = b;
  }

  private String token() {
    return new String(token, 0, tokenLength, StandardCharsets.UTF_8);
  }

  // --- what is passed by

  /// In a value that is not looked into: only its end is looked for.
  private int pass(int begin, int length) throws BadAnswer {
    int i = begin;
    while (i < length) {
      byte b = in[i];
      if (at == At.STRING) {
        if (escaped) {
          escaped = false;
        } else if (b == '\\') {
          escaped = true;
        } else if (b == '"') {
          at = At.NEXT;
          if (depth == passedDepth) {
            return passed(i + 1);
          }
        }
        i++;
        continue;
      }
      switch (b) {
        case '"' -> at = At.STRING;
        case '{', '[' -> push(b == '{');
        case '}', ']' -> {
          if (depth == passedDepth) {
            return passed(i);
          }
          depth--;
          if (depth == passedDepth) {
            return passed(i + 1);
          }
        }
        case ',' -> {
          if (depth == passedDepth) {
            return passed(i);
          }
        }
        default -> {}
      }
      i++;
    }
    return i;
  }

  private int passed(int next) {
    passedDepth = -1;
    flush(next);
    valueEnds();
    return next;
  }

  private void valueEnds() {
    dropping = false;
    at = depth == 0 ? At.END : At.NEXT;
  }

  private void push(boolean object) throws BadAnswer {
    if (depth == DEPTH_MAX) {
      throw new BadAnswer("a home's answer is nested too deeply");
    }
    objects[depth++] = object;
  }

  // --- what is looked into

  private int step(int i, int length) throws BadAnswer {
    byte b = in[i];
    return switch (at) {
      case VALUE -> value(i, b);
      case STRING -> string(i, length);
      case SCALAR -> scalar(i, b);
      case MEMBER -> member(i, b);
      case KEY -> key(i, b);
      case COLON -> colon(i, b);
      case NEXT -> next(i, b);
      case END -> {
        if (!white(b)) {
          throw new BadAnswer("a home's answer goes on behind its end");
        }
        yield i + 1;
      }
    };
  }

  private static boolean white(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private int value(int i, byte b) throws BadAnswer {
    if (white(b)) {
      return i + 1;
    }
    if (dropping || member == Member.PASSED) {
      passedDepth = depth;
      return pass(i, i + 1);
    }
    if (b == '"') {
      at = At.STRING;
      escaped = false;
      if (rewrittenText()) {
        flush(i + 1);
        captured = true;
        tokenLength = 0;
      }
      return i + 1;
    }
    if (b == '{' || b == '[') {
      push(b == '{');
      if (b == '{') {
        opened(i + 1);
      } else {
        names[depth - 1] = member == Member.INDICES;
        element();
      }
      return i + 1;
    }
    if (b == ']' && depth > 0 && !objects[depth - 1]) {
      depth--;
      valueEnds();
      return i + 1;
    }
    at = At.SCALAR;
    if (member == Member.TERM) {
      flush(i);
      captured = true;
      tokenLength = 0;
    }
    return i;
  }

  /// What comes is an element of an array.
  private void element() {
    member = names[depth - 1] ? Member.INDEX : Member.WALKED;
  }

  private boolean rewrittenText() {
    return switch (member) {
      case INDEX, ID, REASON, CURSOR -> true;
      case WALKED, PASSED, INDICES, ROUTING, TERM -> false;
    };
  }

  /// An object begins: its first member may be left out, and then the comma behind it goes.
  private void opened(int next) {
    flush(next);
    at = At.MEMBER;
    beforeLength = 0;
    dropComma = false;
  }

  private int string(int begin, int length) throws BadAnswer {
    for (int i = begin; i < length; i++) {
      byte b = in[i];
      if (!escaped && b == '"') {
        if (captured) {
          from = i;
          captured = false;
          write(JsonText.escaped(rewritten(unescaped(token()))));
        }
        valueEnds();
        return i + 1;
      }
      escaped = !escaped && b == '\\';
      if (captured) {
        keep(b);
      }
    }
    return length;
  }

  private static String unescaped(String json) throws BadAnswer {
    try {
      return JsonText.unescaped(json);
    } catch (IllegalArgumentException e) {
      throw new BadAnswer("a home's answer has an escape that is none");
    }
  }

  private String rewritten(String text) throws BadAnswer {
    return switch (member) {
      case INDEX -> words.index(text);
      case ID -> words.id(text);
      case REASON -> words.reason(text);
      case CURSOR -> words.cursor().apply(text);
      case WALKED, PASSED, INDICES, ROUTING, TERM -> text;
    };
  }

  private int scalar(int i, byte b) throws BadAnswer {
    if (b != ',' && b != '}' && b != ']' && !white(b)) {
      if (captured) {
        keep(b);
      }
      return i + 1;
    }
    if (captured) {
      captured = false;
      from = i;
      write(shownTerm(token()));
    }
    valueEnds();
    return i;
  }

  private String shownTerm(String number) throws BadAnswer {
    try {
      return Long.toString(words.term(Long.parseLong(number)));
    } catch (NumberFormatException e) {
      throw new BadAnswer("a home's answer has a primary term that is no number: " + number);
    }
  }

  /// Before a member's key: what comes is kept back, since the member may be left out.
  private int member(int i, byte b) throws BadAnswer {
    if (b == '"') {
      at = At.KEY;
      tokenLength = 0;
      captured = true;
      escaped = false;
      return i + 1;
    }
    if (b == '}') {
      emitBefore();
      from = i;
      depth--;
      valueEnds();
      return i + 1;
    }
    if (!white(b) && b != ',') {
      throw new BadAnswer("a home's answer is no JSON");
    }
    if (b != ',' || !dropComma) {
      if (beforeLength == before.length) {
        before = Arrays.copyOf(before, beforeLength * 2);
      }
      before[beforeLength++] = b;
    } else {
      dropComma = false;
    }
    return i + 1;
  }

  private void emitBefore() {
    if (out != null) {
      out.writeBytes(before, 0, beforeLength);
    }
    beforeLength = 0;
  }

  private int key(int i, byte b) throws BadAnswer {
    if (escaped || b != '"') {
      escaped = !escaped && b == '\\';
      keep(b);
      return i + 1;
    }
    captured = false;
    from = i + 1;
    member = memberOf();
    at = At.COLON;
    if (member == Member.ROUTING && words.dropsRouting()) {
      dropping = true;
      // The first member of an object has no comma before it.
      dropComma = !commaBefore();
      beforeLength = 0;
      return i + 1;
    }
    emitBefore();
    String key = token();
    write("\"" + (byIndex() ? words.index(key) : key) + "\"");
    return i + 1;
  }

  private boolean commaBefore() {
    for (int i = 0; i < beforeLength; i++) {
      if (before[i] == ',') {
        return true;
      }
    }
    return false;
  }

  private boolean byIndex() {
    return shape == Shape.BY_INDEX && depth == 1;
  }

  private Member memberOf() {
    if (tokenLength > Member.KEY_LENGTH_MAX) {
      return Member.WALKED;
    }
    String key = token();
    error |= depth == 1 && key.equals("error");
    if (shape == Shape.FIELDS && !error) {
      return key.equals("indices") ? Member.INDICES : Member.WALKED;
    }
    return shape == Shape.BY_INDEX && !error ? ofIndex(key) : Member.of(key);
  }

  /// A mapping's properties have names of the client's.
  private static Member ofIndex(String key) {
    return switch (key) {
      case "mappings", "aliases" -> Member.PASSED;
      case "provided_name" -> Member.INDEX;
      default -> Member.WALKED;
    };
  }

  private int colon(int i, byte b) throws BadAnswer {
    if (b == ':') {
      at = At.VALUE;
    } else if (!white(b)) {
      throw new BadAnswer("a home's answer is no JSON");
    }
    return i + 1;
  }

  private int next(int i, byte b) throws BadAnswer {
    if (white(b)) {
      return i + 1;
    }
    boolean object = depth > 0 && objects[depth - 1];
    if (b == ',') {
      if (object) {
        flush(i);
        at = At.MEMBER;
        beforeLength = 0;
        return i;
      }
      at = At.VALUE;
      element();
      return i + 1;
    }
    if (depth == 0 || (b == '}') != object || (b != '}' && b != ']')) {
      throw new BadAnswer("a home's answer is no JSON");
    }
    depth--;
    valueEnds();
    return i + 1;
  }
}
