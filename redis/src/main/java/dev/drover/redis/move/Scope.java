package dev.drover.redis.move;

import dev.drover.core.MoveId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// All keys under a prefix, except those under a nested scope.
///
/// Drover's own keys begin with `drover:`, where no scope can be and no client can write: the fence
/// `drover:fence:PREFIX` at either home, the counts of a [Witness] (`drover:mark:PREFIX`,
/// `drover:copied:PREFIX`), the memory of an ACL fence (`drover:acl:…`), what was set aside
/// (`drover:aside…`, see [Aside]) and the sentinels `drover:sentinel:PREFIX:…`, which exist only
/// inside one transaction.
final class Scope {
  private static final byte[] OWN = utf8("drover:");
  private static final byte[] SENTINEL = utf8("drover:sentinel:");
  private static final byte[] FENCE = utf8("drover:fence:");
  private static final byte[] MARK = utf8("drover:mark:");
  private static final byte[] COPIED = utf8("drover:copied:");
  private static final byte[] ARRIVED = utf8("drover:arrived:");

  private final String name;
  private final byte[] prefix;
  private final List<byte[]> excluded;
  private final byte[] sentinelPrefix;
  private final byte[] fenceKey;
  private final byte[] markKey;
  private final byte[] copiedKey;
  private final byte[] pattern;

  /// @param nested prefixes of scopes inside this one, which live elsewhere
  Scope(String name, List<String> nested) {
    this.name = name;
    this.prefix = utf8(name);
    this.excluded = nested.stream().map(Scope::utf8).toList();
    this.sentinelPrefix = concat(SENTINEL, prefix);
    this.fenceKey = concat(FENCE, prefix);
    this.markKey = concat(MARK, prefix);
    this.copiedKey = concat(COPIED, prefix);
    this.pattern = escaped(prefix);
  }

  String name() {
    return name;
  }

  byte[] prefix() {
    return prefix;
  }

  /// Where a home keeps the highest term it has seen for this scope.
  byte[] fenceKey() {
    return fenceKey;
  }

  /// Where a source keeps the counts of a [Witness].
  byte[] markKey() {
    return markKey;
  }

  /// Where a target keeps the counts of a [Witness].
  byte[] copiedKey() {
    return copiedKey;
  }

  /// What SCAN has to match, with everything special escaped.
  byte[] pattern() {
    return pattern;
  }

  /// @param client the server's number of the connection that writes it
  byte[] sentinel(MoveId move, long client, long number) {
    return concat(sentinelPrefix, utf8(":" + move + ":" + client + ":" + number));
  }

  /// How all sentinels of this scope begin.
  byte[] sentinelPrefix() {
    return sentinelPrefix;
  }

  /// Where a fallback keeps which keys have arrived and may not have left the lost home yet.
  static byte[] arrived(MoveId move) {
    return concat(ARRIVED, utf8(move.toString()));
  }

  boolean isSentinel(byte[] key) {
    return startsWith(key, sentinelPrefix);
  }

  boolean holds(byte[] key) {
    if (!startsWith(key, prefix) || startsWith(key, OWN)) {
      return false;
    }
    for (byte[] nested : excluded) {
      if (startsWith(key, nested)) {
        return false;
      }
    }
    return true;
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && java.util.Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String utf8Text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// A key for people to read: what is not printable is escaped.
  static String shown(byte[] key) {
    StringBuilder text = new StringBuilder();
    String decoded = new String(key, StandardCharsets.UTF_8);
    boolean valid = java.util.Arrays.equals(utf8(decoded), key);
    String source = valid ? decoded : new String(key, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < source.length() && text.length() < 200; i++) {
      char c = source.charAt(i);
      if (Character.isISOControl(c) || (!valid && c > 126)) {
        text.append(String.format("\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] escaped(byte[] prefix) {
    ByteArrayOutputStream pattern = new ByteArrayOutputStream(prefix.length + 8);
    for (byte b : prefix) {
      if (b == '*' || b == '?' || b == '[' || b == ']' || b == '\\') {
        pattern.write('\\');
      }
      pattern.write(b);
    }
    pattern.write('*');
    return pattern.toByteArray();
  }
}
