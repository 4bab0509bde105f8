package dev.drover.opensearch.answer;

import dev.drover.opensearch.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The field of documents that clients are not shown.
///
/// @param name empty if they are shown all
@SuppressWarnings("ArrayRecordComponent") // Two are never compared.
record OwnField(String name, byte[] bytes) {
  static OwnField of(Optional<String> field) {
    String name = field.orElse("");
    return new OwnField(name, name.getBytes(StandardCharsets.US_ASCII));
  }

  boolean none() {
    return name.isEmpty();
  }

  /// Whether it is called so.
  boolean is(byte[] in, int from, int to) {
    return Arrays.equals(in, from, to, bytes, 0, bytes.length);
  }

  /// @param key with its escapes
  boolean is(String key) {
    try {
      return JsonText.unescaped(key).equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
