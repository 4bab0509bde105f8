package dev.drover.opensearch.rewrite;

import java.util.LinkedHashMap;
import java.util.Map;

/// The parameters of a URL. They are decoded once, and those for the cluster are written anew.
public final class QueryStrings {
  /// How many parameters a URL has at most.
  public static final int PARAMETERS_MAX = 64;

  private QueryStrings() {}

  /// Names and values in their order. A parameter without `=` has the value "".
  ///
  /// @param raw what stands behind the `?`, as it came; empty for none
  public static Map<String, String> decode(String raw) throws Refused {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw.indexOf(';') >= 0) {
      throw Refused.argument(
          "the URL's parameters hold a ';', which OpenSearch reads as '&': write %3B if it is part of a value");
    }
    int from = 0;
    while (from < raw.length()) {
      int end = raw.indexOf('&', from);
      String one = raw.substring(from, end < 0 ? raw.length() : end);
      from = end < 0 ? raw.length() : end + 1;
      if (!one.isEmpty()) {
        put(one, parameters);
      }
    }
    return parameters;
  }

  private static void put(String one, Map<String, String> parameters) throws Refused {
    int equals = one.indexOf('=');
    String name = Paths.decoded(equals < 0 ? one : one.substring(0, equals), true);
    String value = equals < 0 ? "" : Paths.decoded(one.substring(equals + 1), true);
    if (name.isEmpty()) {
      throw Refused.argument("a parameter of the URL has no name");
    }
    if (parameters.putIfAbsent(name, value) != null) {
      throw Refused.argument("the parameter [" + name + "] stands twice in the URL");
    }
    if (parameters.size() > PARAMETERS_MAX) {
      throw Refused.argument("the URL has more than " + PARAMETERS_MAX + " parameters");
    }
  }

  /// What stands behind the `?`; empty for no parameters.
  public static String encode(Map<String, String> parameters) {
    StringBuilder out = new StringBuilder();
    parameters.forEach(
        (name, value) -> {
          out.append(out.isEmpty() ? "" : "&");
          Paths.encode(name, out);
          if (!value.isEmpty()) {
            out.append('=');
            Paths.encode(value, out);
          }
        });
    return out.toString();
  }
}
