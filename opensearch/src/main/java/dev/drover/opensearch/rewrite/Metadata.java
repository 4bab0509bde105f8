package dev.drover.opensearch.rewrite;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The fields that a cluster adds to each document, and by which a client could see how Drover
/// keeps documents apart.
final class Metadata {
  static final String ID = "_id";
  static final String INDEX = "_index";
  static final String ROUTING = "_routing";

  /// Those that hold something else at a shared index than the client has written.
  private static final List<String> HIDDEN = List.of(ID, INDEX, ROUTING, "_uid", "_type");

  private static final Pattern IN_TEXT =
      Pattern.compile("(?<![A-Za-z0-9_.])(?:_id|_index|_routing|_uid|_type)\\s*:");
  private static final Pattern EXISTS_IN_TEXT =
      Pattern.compile("_exists_\\s*:\\s*(?:_id|_index|_routing|_uid|_type)\\b");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  private Metadata() {}

  /// Whether this field, or a field of this pattern, is a hidden one. For the cluster's own fields
  /// the pattern `*` is none: where a cluster takes it, it leaves them out.
  ///
  /// @param own the field by which a shared index keeps tenants apart; empty if it does so by
  ///   routing
  static boolean hidden(String field, Optional<String> own) {
    if (own.isPresent() && (matches(field, own.get()) || within(field, own.get()))) {
      return true;
    }
    if (field.indexOf('*') < 0) {
      return HIDDEN.contains(field);
    }
    return !field.equals("*") && HIDDEN.stream().anyMatch(each -> matches(field, each));
  }

  /// Whether a cluster takes this name of a member for that field, or for a part of it.
  static boolean within(String name, String field) {
    return name.equals(field) || name.startsWith(field + ".");
  }

  /// Whether the pattern, where each `*` stands for any text, matches the name.
  static boolean matches(String pattern, String name) {
    String[] parts = pattern.split("\\*", -1);
    if (parts.length == 1) {
      return pattern.equals(name);
    }
    if (!name.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    return name.length() - parts[parts.length - 1].length() >= at
        && name.endsWith(parts[parts.length - 1]);
  }

  /// Whether a text of a `query_string` query names a hidden field. Patterns of field names do not
  /// count: under the tenant's filter they find nothing of others.
  static boolean inQueryText(String text, Optional<String> own) {
    String plain = QUOTED.matcher(text.replace("\\\"", " ")).replaceAll(" ").replace("\\", "");
    return IN_TEXT.matcher(plain).find()
        || EXISTS_IN_TEXT.matcher(plain).find()
        || (own.isPresent() && ofOwn(own.get()).matcher(plain).find());
  }

  private static Pattern ofOwn(String field) {
    return Pattern.compile(
        "(?<![A-Za-z0-9_.])%1$s[.\\w]*\\s*:|_exists_\\s*:\\s*%1$s\\b".formatted(field));
  }

  /// The refusal of a hidden field.
  static Refused refusal(String field, String where, boolean shared) {
    String why =
        shared
            ? "is, or finds, a field that is not of what you have written: it tells documents apart at an index that several tenants share"
            : "is, or finds, the name of the index at its cluster, which is not the one that you use";
    return Refused.isolation(
        String.format(
            Locale.ROOT, "[%s] in [%s] %s. Name fields of your documents", field, where, why));
  }
}
