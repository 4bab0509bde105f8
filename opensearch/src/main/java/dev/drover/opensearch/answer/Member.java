package dev.drover.opensearch.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What becomes of a member of an object in an answer, by its key.
enum Member {
  /// Its value is looked into.
  WALKED,
  /// Its value is a client's own, or says nothing of where documents are: it is passed by.
  PASSED,
  /// A document as clients have written it, but for the field that keeps tenants apart.
  DOCUMENT,
  /// What stands beside it is a part of a document.
  NESTED,
  /// Its value's keys are names that a client chose, and what has such a name may have some in
  /// turn.
  NAMES,
  /// Below such names: a list of it is of documents, or of what was suggested.
  LISTED,
  /// Below such names: if it is an object, its keys are names.
  BUCKETS,
  /// What a client has said of its own aggregation.
  META,
  /// The name of the index in which a document stands.
  OWN_INDEX,
  /// An index's name.
  INDEX,
  /// A list of names of indices, or one.
  INDICES,
  /// A document's id.
  ID,
  /// A document's routing.
  ROUTING,
  /// A primary term.
  TERM,
  /// A text for people.
  REASON,
  /// The id of a scroll or a point in time.
  CURSOR;

  private static final Map<String, Member> BY_KEY =
      Map.ofEntries(
          Map.entry("_index", OWN_INDEX),
          Map.entry("index", INDEX),
          Map.entry("resource.id", INDEX),
          Map.entry("provided_name", INDEX),
          Map.entry("_id", ID),
          Map.entry("_routing", ROUTING),
          Map.entry("_primary_term", TERM),
          Map.entry("reason", REASON),
          Map.entry("_scroll_id", CURSOR),
          Map.entry("pit_id", CURSOR),
          Map.entry("aggregations", NAMES),
          Map.entry("inner_hits", NAMES),
          Map.entry("suggest", NAMES),
          Map.entry("buckets", BUCKETS),
          Map.entry("hits", LISTED),
          Map.entry("options", LISTED),
          Map.entry("_source", DOCUMENT),
          Map.entry("_nested", NESTED),
          Map.entry("fields", PASSED),
          Map.entry("highlight", PASSED),
          Map.entry("sort", PASSED),
          Map.entry("_explanation", PASSED),
          Map.entry("ignored_field_values", PASSED),
          Map.entry("matched_queries", PASSED),
          Map.entry("term_vectors", PASSED),
          Map.entry("meta", META),
          Map.entry("key", PASSED),
          Map.entry("after_key", PASSED),
          Map.entry("value", PASSED),
          Map.entry("text", PASSED));

  /// The shortest key that means anything.
  private static final int KEY_LENGTH_MIN =
      BY_KEY.keySet().stream().mapToInt(String::length).min().orElseThrow();

  /// The longest one.
  static final int KEY_LENGTH_MAX =
      BY_KEY.keySet().stream().mapToInt(String::length).max().orElseThrow();

  private static final int SLOTS = 256;
  private static final Slot[] BY_BYTES = slots();

  /// Keys that begin and end alike, and are as long.
  @SuppressWarnings("ArrayRecordComponent") // Two are never compared.
  private record Slot(byte[] key, Member member, @Nullable Slot next) {}

  private static Slot[] slots() {
    Slot[] all = new Slot[SLOTS];
    BY_KEY.forEach(
        (key, member) -> {
          byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
          int at = slot(bytes, 0, bytes.length);
          all[at] = new Slot(bytes, member, all[at]);
        });
    return all;
  }

  private static int slot(byte[] in, int from, int to) {
    return (31 * (to - from) + 7 * in[from] + 3 * in[from + 1] + in[to - 1]) & (SLOTS - 1);
  }

  /// The same of a key whose bytes these are.
  static Member of(byte[] in, int from, int to) {
    if (to - from > KEY_LENGTH_MAX || to - from < KEY_LENGTH_MIN) {
      return WALKED;
    }
    for (Slot each = BY_BYTES[slot(in, from, to)]; each != null; each = each.next) {
      if (Arrays.equals(in, from, to, each.key, 0, each.key.length)) {
        return each.member;
      }
    }
    return WALKED;
  }

  static Member of(String key) {
    return BY_KEY.getOrDefault(key, WALKED);
  }

  /// What this is below names of a client's.
  Member belowNames() {
    return switch (this) {
      case LISTED, BUCKETS -> this;
      case META -> PASSED;
      default -> WALKED;
    };
  }

  /// What this is elsewhere.
  Member elsewhere() {
    return switch (this) {
      case META -> PASSED;
      case BUCKETS -> WALKED;
      default -> this;
    };
  }
}
