package dev.drover.opensearch.rewrite;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// How JSON of clients is read: strictly, and with limits. A key that stands twice in one object is
/// an error, because the cluster might read the other one.
final class Json {
  /// How deep objects and arrays may be nested.
  static final int NESTING_MAX = 200;

  private static final int NAME_CHARS_MAX = 32_768;
  private static final int NUMBER_CHARS_MAX = 1_000;
  private static final int STRING_CHARS_MAX = 100_000_000;
  private static final int CHECKED_CHARS = 4_096;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING_MAX)
                  .maxNameLength(NAME_CHARS_MAX)
                  .maxNumberLength(NUMBER_CHARS_MAX)
                  .maxStringLength(STRING_CHARS_MAX)
                  .build())
          .build();

  private Json() {}

  /// @throws Refused if the bytes are no UTF-8, or begin like another encoding
  static JsonParser parser(byte[] body) throws Refused {
    return parser(body, 0, body.length);
  }

  static JsonParser parser(byte[] body, int from, int length) throws Refused {
    checkUtf8(body, from, length);
    return FACTORY.createParser(ObjectReadContext.empty(), body, from, length);
  }

  static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /// The parser would take other encodings too, and skip a byte order mark. The cluster has to read
  /// the same text.
  private static void checkUtf8(byte[] body, int from, int length) throws Refused {
    if (length > 2 && body[from] == (byte) 0xEF) {
      throw Refused.parsing("the body begins with a byte order mark: send plain UTF-8");
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(body, from, length);
    CharBuffer out = CharBuffer.allocate(Math.min(CHECKED_CHARS, length + 1));
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        throw Refused.parsing("the body is not UTF-8 at byte " + (in.position() - from));
      }
      for (int i = 0; i < out.position(); i++) {
        if (out.get(i) == 0) {
          throw Refused.parsing("the body holds a NUL byte: send JSON in UTF-8");
        }
      }
      if (result.isUnderflow()) {
        return;
      }
      out.clear();
    }
  }
}
