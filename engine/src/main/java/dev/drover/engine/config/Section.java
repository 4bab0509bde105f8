package dev.drover.engine.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A mapping of the file, from which each value is taken with its type and its line. What is wrong
/// goes to the list of faults, and reading goes on with a stand-in.
public final class Section {
  private final Path base;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new HashMap<>();
  private final List<String> known = new ArrayList<>();
  private final List<Fault> faults;

  /// The whole file.
  ///
  /// @param node null if it is empty
  /// @param base where relative paths in it begin
  /// @param faults is told everything that is wrong
  public Section(@Nullable Node node, Path base, List<Fault> faults) {
    this(node, base, "", 1, faults);
  }

  /// @param path what this section is called, for messages; empty for the whole file
  private Section(
      @Nullable Node node, Path base, String path, int lineIfAbsent, List<Fault> faults) {
    this.base = base;
    this.path = path;
    this.faults = faults;
    this.line = node == null ? lineIfAbsent : lineOf(node);
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::take);
    } else if (node != null && !isNull(node)) {
      fault(
          line,
          (path.isEmpty() ? "the file" : named(""))
              + " should hold keys with values, but "
              + kind(node)
              + " stands here");
    }
  }

  private void take(NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      fault(lineOf(tuple.getKeyNode()), "a key is plain text");
      return;
    }
    String name = key.getValue();
    Integer before = lines.putIfAbsent(name, lineOf(key));
    if (before == null) {
      values.put(name, tuple.getValueNode());
    } else {
      fault(lineOf(key), "'" + named(name) + "' stands on line " + before + " already");
    }
  }

  static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  private static String kind(Node node) {
    return switch (node) {
      case SequenceNode _ -> "a list";
      case MappingNode _ -> "a mapping";
      case ScalarNode scalar -> "'" + scalar.getValue() + "'";
      default -> "something else";
    };
  }

  public String named(String key) {
    if (path.isEmpty()) {
      return key;
    }
    return key.isEmpty() ? path : path + "." + key;
  }

  public int line() {
    return line;
  }

  /// The line of a key, or of this section if the key is absent.
  public int line(String key) {
    return lines.getOrDefault(key, line);
  }

  public void fault(int at, String message) {
    faults.add(new Fault(at, message));
  }

  public boolean has(String key) {
    return node(key) != null;
  }

  private @Nullable Node node(String key) {
    if (!known.contains(key)) {
      known.add(key);
    }
    Node node = values.get(key);
    return node == null || isNull(node) ? null : node;
  }

  private Optional<ScalarNode> scalar(String key) {
    Node node = node(key);
    if (node == null) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar);
    }
    fault(lineOf(node), "'" + named(key) + "' should be a single value, but is " + kind(node));
    return Optional.empty();
  }

  public Optional<String> text(String key) {
    return scalar(key).map(ScalarNode::getValue);
  }

  /// A value that `reader` makes of the text; the message of its IllegalArgumentException is the
  /// fault.
  public <T> Optional<T> value(String key, Function<String, T> reader) {
    Optional<ScalarNode> scalar = scalar(key);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(scalar.get().getValue()));
    } catch (IllegalArgumentException e) {
      fault(lineOf(scalar.get()), "'" + named(key) + "': " + e.getMessage());
      return Optional.empty();
    }
  }

  /// Like [#value], but it must be there.
  public <T> Optional<T> required(String key, Function<String, T> reader) {
    if (!has(key)) {
      fault(line, "'" + named(key) + "' is missing");
      return Optional.empty();
    }
    return value(key, reader);
  }

  public int number(String key, int otherwise, int least, int most) {
    return value(
            key,
            text -> {
              int number;
              try {
                number = Integer.parseInt(text);
              } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
              }
              if (number < least || number > most) {
                throw new IllegalArgumentException(
                    "lies between " + least + " and " + most + ", but is " + number);
              }
              return number;
            })
        .orElse(otherwise);
  }

  public boolean flag(String key) {
    return value(
            key,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "is true or false, but not '" + text + "'");
                })
        .orElse(false);
  }

  public Section section(String key) {
    return new Section(node(key), base, named(key), line(key), faults);
  }

  /// A list of sections.
  public List<Section> sections(String key) {
    List<Section> all = new ArrayList<>();
    for (Node item : items(key)) {
      all.add(new Section(item, base, named(key) + "[" + (all.size() + 1) + "]", 0, faults));
    }
    return all;
  }

  public List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    for (Node item : items(key)) {
      if (item instanceof ScalarNode scalar) {
        all.add(scalar.getValue());
      } else {
        fault(lineOf(item), "'" + named(key) + "' is a list of texts, but holds " + kind(item));
      }
    }
    return all;
  }

  private List<Node> items(String key) {
    Node node = node(key);
    if (node == null) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    fault(
        lineOf(node),
        "'" + named(key) + "' should be a list (each item begins with '- '), but is " + kind(node));
    return List.of();
  }

  /// A path, which begins at the directory of the file.
  public Optional<Path> path(String key) {
    return value(key, text -> base.resolve(text).normalize());
  }

  /// A file that is there; whether it is needed is not asked.
  public Optional<Path> readable(String key) {
    Optional<Path> file = path(key);
    if (file.isPresent() && !Files.isReadable(file.get())) {
      fault(line(key), "cannot read " + file.get());
    }
    return file;
  }

  /// `password`, `passwordFile` or `passwordEnv`, and the same for any other name.
  ///
  /// @param orEnvironment whether it may be in a variable
  public Optional<Secret> secret(String name, boolean orEnvironment) {
    List<Secret> found = new ArrayList<>();
    text(name).ifPresent(t -> found.add(Secret.text(t, line(name))));
    path(name + "File").ifPresent(p -> found.add(Secret.file(p, line(name + "File"))));
    if (orEnvironment) {
      text(name + "Env").ifPresent(v -> found.add(Secret.environment(v, line(name + "Env"))));
    }
    if (found.size() > 1) {
      fault(found.get(1).line(), "'" + named(name) + "' is given more than once");
    }
    return found.stream().findFirst();
  }

  /// A duration that may not be too short.
  ///
  /// @param because why not, as a clause
  public Duration duration(String key, Duration otherwise, Duration least, String because) {
    Duration value = value(key, Units::duration).orElse(otherwise);
    if (value.compareTo(least) < 0) {
      fault(
          line(key),
          "'%s' is %s, but %s: at least %s"
              .formatted(named(key), Units.text(value), because, Units.text(least)));
    }
    return value;
  }

  /// Reports every key that nobody has asked for.
  public void done() {
    Set<String> unknown =
        values.keySet().stream().filter(k -> !known.contains(k)).collect(Collectors.toSet());
    for (String key : unknown) {
      String where = path.isEmpty() ? "" : " in '" + path + "'";
      String hint =
          Likeness.nearest(key, known)
              .map(near -> "; did you mean '" + near + "'?")
              .orElse("; it may be one of " + String.join(", ", known));
      fault(line(key), "unknown key '" + key + "'" + where + hint);
    }
  }
}
