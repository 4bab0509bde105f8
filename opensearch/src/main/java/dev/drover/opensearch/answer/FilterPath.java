package dev.drover.opensearch.answer;

import dev.drover.opensearch.rewrite.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the parameter `filter_path` leaves of an answer that the gateway makes: paths of keys, with
/// `*` for a part of a key, `**` for any keys, and `-` before what is left out
/// (https://docs.opensearch.org/latest/api-reference/common-parameters/).
public final class FilterPath {
  private static final String ANY_DEPTH = "**";
  private static final int CHARS_MAX = 4_096;
  private static final int PATHS_MAX = 256;

  private final List<List<String>> kept = new ArrayList<>();
  private final List<List<String>> leftOut = new ArrayList<>();

  /// How far one path has come: what is left of it.
  private record On(List<String> path, int at) {
    String next() {
      return path.get(at);
    }

    boolean ends() {
      return at == path.size();
    }

    On further() {
      return new On(path, at + 1);
    }
  }

  private FilterPath() {}

  /// @throws Refused if it is too long
  public static FilterPath parse(String text) throws Refused {
    String[] all = text.split(",", -1);
    if (text.length() > CHARS_MAX || all.length > PATHS_MAX) {
      throw Refused.argument(
          "the parameter [filter_path] has at most %d paths and %d characters here"
              .formatted(PATHS_MAX, CHARS_MAX));
    }
    FilterPath filter = new FilterPath();
    for (String each : all) {
      String path = each.strip();
      boolean out = path.startsWith("-");
      String keys = out ? path.substring(1) : path;
      if (!keys.isEmpty()) {
        (out ? filter.leftOut : filter.kept).add(List.of(keys.split("\\.", -1)));
      }
    }
    return filter;
  }

  /// Changes the answer to what is left of it.
  public void apply(ObjectNode answer) {
    if (!leftOut.isEmpty()) {
      keep(answer, begun(leftOut), false);
    }
    if (!kept.isEmpty()) {
      keep(answer, begun(kept), true);
    }
  }

  private static Set<On> begun(List<List<String>> paths) {
    return paths.stream().map(path -> new On(path, 0)).collect(Collectors.toSet());
  }

  /// @param paths those that go on here
  /// @param kept whether what they lead to stays, or goes
  /// @return whether something is left
  private static boolean keep(JsonNode node, Set<On> paths, boolean kept) {
    if (node instanceof ObjectNode object) {
      Set<On> here = withSkipped(paths);
      List<String> gone = new ArrayList<>();
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        if (!stays(each.getKey(), each.getValue(), here, kept)) {
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

  private static boolean stays(String key, JsonNode value, Set<On> paths, boolean kept) {
    Set<On> below = new HashSet<>();
    for (On path : paths) {
      boolean anyDepth = path.next().equals(ANY_DEPTH);
      if (!anyDepth && !matches(path.next(), key)) {
        continue;
      }
      if (path.further().ends()) {
        return kept;
      }
      below.add(anyDepth ? path : path.further());
    }
    return below.isEmpty() ? !kept : keep(value, below, kept);
  }

  /// `**` stands for no key, too.
  private static Set<On> withSkipped(Set<On> paths) {
    Set<On> all = new HashSet<>();
    for (On each : paths) {
      On on = each;
      while (all.add(on) && on.next().equals(ANY_DEPTH) && !on.further().ends()) {
        on = on.further();
      }
    }
    return all;
  }

  /// Whether a key is like a part of a path, in which `*` stands for anything.
  private static boolean matches(String part, String key) {
    int p = 0;
    int k = 0;
    int star = -1;
    int behindStar = 0;
    while (k < key.length()) {
      if (p < part.length() && part.charAt(p) == '*') {
        star = p++;
        behindStar = k;
      } else if (p < part.length() && part.charAt(p) == key.charAt(k)) {
        p++;
        k++;
      } else if (star >= 0) {
        p = star + 1;
        k = ++behindStar;
      } else {
        return false;
      }
    }
    while (p < part.length() && part.charAt(p) == '*') {
      p++;
    }
    return p == part.length();
  }
}
