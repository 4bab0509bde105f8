package dev.drover.opensearch.rewrite;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whether the script of an update can delete the document: it does so by setting `op` of `ctx`.
public final class UpdateScript {
  /// What a script can do with `ctx` without reaching `op`.
  private static final Pattern HARMLESS =
      Pattern.compile("\\bctx\\s*\\.\\s*(?:_source|_now|_id|_index|_version)\\b");

  private static final Pattern CTX = Pattern.compile("ctx");

  private UpdateScript() {}

  /// @param update the body of an update
  /// @return true if it is not known that it cannot
  public static boolean mayDelete(byte[] update) {
    try {
      return mayDelete(JsonMapper.shared().readTree(update).path("script"));
    } catch (JacksonException e) {
      return true;
    }
  }

  /// @param script as it stands in an update
  static boolean mayDelete(JsonNode script) {
    if (script.isString()) {
      return mayDelete(script.asString());
    }
    JsonNode source = script.path("source");
    boolean painless = script.path("lang").asString("painless").equals("painless");
    return !painless || !source.isString() || mayDelete(source.asString());
  }

  private static boolean mayDelete(String source) {
    Matcher harmless = HARMLESS.matcher(source);
    long known = harmless.results().count();
    return CTX.matcher(source).results().count() != known;
  }
}
