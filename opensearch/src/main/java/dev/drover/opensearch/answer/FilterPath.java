package dev.drover.opensearch.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the parameter `filter_path` leaves of an answer that the gateway makes: paths of keys, with
/// `*` for a part of a key, `**` for any keys, and `-` before what is left out
/// (https://docs.opensearch.org/latest/api-reference/common-parameters/).
public final class FilterPath {
  private static final String ANY_DEPTH = "**";

  private final List<List<String>> kept = new ArrayList<>();
  private final List<List<String>> leftOut = new ArrayList<>();

  private FilterPath() {}

  public static FilterPath parse(String text) {
    FilterPath filter = new FilterPath();
    for (String each : text.split(",", -1)) {
      String path = each.strip();
      boolean out = path.startsWith("-");
      if (!path.isEmpty()) {
        (out ? filter.leftOut : filter.kept)
            .add(List.of((out ? path.substring(1) : path).split("\\.", -1)));
      }
    }
    return filter;
  }

  /// Changes the answer to what is left of it.
  public void apply(ObjectNode answer) {
    if (!leftOut.isEmpty()) {
      keep(answer, leftOut, false);
    }
    if (!kept.isEmpty()) {
      keep(answer, kept, true);
    }
  }

  /// @param paths those that go on here
  /// @param kept whether what they lead to stays, or goes
  /// @return whether something is left
  private static boolean keep(JsonNode node, List<List<String>> paths, boolean kept) {
    if (node instanceof ObjectNode object) {
      List<String> gone = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        List<List<String>> on = below(paths, each.getKey());
        boolean stays = on == null ? kept : on.isEmpty() ? !kept : keep(each.getValue(), on, kept);
        if (!stays) {
          gone.add(each.getKey());
        }
      }
      object.remove(gone);
      return !object.isEmpty();
    }
    if (node instanceof ArrayNode array) {
      array.removeIf(each -> !keep(each, paths, kept));
      return !array.isEmpty();
    }
    return !kept;
  }

  /// The paths that go on below a key; null if one ends there.
  private static @Nullable List<List<String>> below(List<List<String>> paths, String key) {
    List<List<String>> on = new ArrayList<>();
    for (List<String> path : paths) {
      if (step(path, key, on)) {
        return null;
      }
    }
    return on;
  }

  private static boolean step(List<String> path, String key, List<List<String>> on) {
    String first = path.getFirst();
    List<String> rest = path.subList(1, path.size());
    if (first.equals(ANY_DEPTH)) {
      on.add(path);
      return rest.isEmpty() || step(rest, key, on);
    }
    if (!matches(first, key)) {
      return false;
    }
    if (!rest.isEmpty()) {
      on.add(rest);
    }
    return rest.isEmpty();
  }

  /// Whether a key is like a part of a path, in which `*` stands for anything.
  private static boolean matches(String part, String key) {
    int star = part.indexOf('*');
    if (star < 0) {
      return part.equals(key);
    }
    String before = part.substring(0, star);
    String rest = part.substring(star + 1);
    if (!key.startsWith(before)) {
      return false;
    }
    for (int at = before.length(); at <= key.length(); at++) {
      if (matches(rest, key.substring(at))) {
        return true;
      }
    }
    return false;
  }
}
