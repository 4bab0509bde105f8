package dev.drover.control.certificate;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// JSON in the one form that is signed: members by name, no white space, RFC 8785 with whole
/// numbers only. So a certificate stays signed when a tool indents it or changes the order of its
/// members.
final class CanonicalJson {
  private CanonicalJson() {}

  /// @throws IllegalArgumentException if a number in it is not whole
  static byte[] bytes(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(text, node);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder to, JsonNode node) {
    if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(each -> sorted.put(each.getKey(), each.getValue()));
      char separator = '{';
      for (Map.Entry<String, JsonNode> each : sorted.entrySet()) {
        to.append(separator);
        quote(to, each.getKey());
        to.append(':');
        write(to, each.getValue());
        separator = ',';
      }
      to.append(sorted.isEmpty() ? "{}" : "}");
    } else if (node.isArray()) {
      char separator = '[';
      for (JsonNode each : node) {
        to.append(separator);
        write(to, each);
        separator = ',';
      }
      to.append(node.isEmpty() ? "[]" : "]");
    } else if (node.isString()) {
      quote(to, node.asString());
    } else if (node.isIntegralNumber()) {
      to.append(node.bigIntegerValue());
    } else if (node.isBoolean() || node.isNull()) {
      to.append(node.asString("null"));
    } else {
      throw new IllegalArgumentException("a certificate has whole numbers only, not " + node);
    }
  }

  private static void quote(StringBuilder to, String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> to.append("\\\"");
        case '\\' -> to.append("\\\\");
        case '\b' -> to.append("\\b");
        case '\t' -> to.append("\\t");
        case '\n' -> to.append("\\n");
        case '\f' -> to.append("\\f");
        case '\r' -> to.append("\\r");
        default -> {
          if (c < ' ') {
            to.append(String.format("\\u%04x", (int) c));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }
}
