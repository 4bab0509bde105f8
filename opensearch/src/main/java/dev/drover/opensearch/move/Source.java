package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.Json;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/// Puts JSON into the lines of a bulk.
final class Source {
  private Source() {}

  /// A document's source, byte for byte as it is. If it holds an end of line, that is white space,
  /// or ends a comment: then it is written anew without both.
  static void line(ByteArrayOutputStream out, Doc doc) {
    byte[] body = doc.body();
    for (int i = doc.from(); i < doc.to(); i++) {
      if (body[i] == '\n' || body[i] == '\r') {
        anew(out, doc);
        return;
      }
    }
    out.write(body, doc.from(), doc.bytes());
  }

  private static void anew(ByteArrayOutputStream out, Doc doc) {
    try (JsonParser parser =
            Json.FACTORY.createParser(
                ObjectReadContext.empty(), doc.body(), doc.from(), doc.bytes());
        JsonGenerator json = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          // Digits stay as they are.
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.writeNumber(parser.getString());
          default -> json.copyCurrentEvent(parser);
        }
      }
    }
  }
}
