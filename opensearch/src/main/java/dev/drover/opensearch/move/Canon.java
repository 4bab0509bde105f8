package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Sums up documents by what they say, not by how their JSON is written: white space, comments and
/// escapes make no difference, the order of fields and the digits of a number do. Used by one
/// thread.
final class Canon {
  private static final int BYTES = 16;
  private static final byte ABSENT = 0;
  private static final byte PRESENT = 1;

  private final MessageDigest sha;

  Canon() {
    sha = sha();
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static byte[] sha256(byte[] bytes) {
    return sha().digest(bytes);
  }

  /// Of what a source says: 128 bits.
  byte[] source(Doc doc) {
    sha.reset();
    source(doc.body(), doc.from(), doc.bytes());
    return Arrays.copyOf(sha.digest(), BYTES);
  }

  /// Of a document as clients know it: 128 bits.
  ///
  /// @param index its logical name
  /// @param id the client's
  /// @param routing the client's
  byte[] document(String index, String id, @Nullable String routing, long version, Doc doc) {
    sha.reset();
    text(index);
    text(id);
    if (routing == null) {
      sha.update(ABSENT);
    } else {
      sha.update(PRESENT);
      text(routing);
    }
    number(version);
    source(doc.body(), doc.from(), doc.bytes());
    return Arrays.copyOf(sha.digest(), BYTES);
  }

  private void source(byte[] body, int from, int length) {
    try (JsonParser parser =
        Json.FACTORY.createParser(ObjectReadContext.empty(), body, from, length)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        sha.update((byte) token.id());
        switch (token) {
          case PROPERTY_NAME, VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
              text(parser.getString());
          default -> {}
        }
      }
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    sha.update(bytes);
  }

  private void number(long number) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      sha.update((byte) (number >>> shift));
    }
  }
}
