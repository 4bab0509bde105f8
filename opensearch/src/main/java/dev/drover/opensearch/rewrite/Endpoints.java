package dev.drover.opensearch.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds out what a request asks for.
public final class Endpoints {
  private static final List<Shape> SHAPES = shapes();

  private Endpoints() {}

  /// A request's endpoint and what its path names.
  ///
  /// @param index as the client calls it; not yet checked
  /// @param id a document's, or a scroll's
  /// @param name the setting's, in `/{index}/_settings/{name}`
  public record Match(
      Endpoint endpoint, Optional<String> index, Optional<String> id, Optional<String> name) {}

  private record Shape(Endpoint endpoint, List<String> methods, List<String> parts) {
    private @Nullable Match match(List<String> path) {
      if (path.size() != parts.size()) {
        return null;
      }
      String index = null;
      String id = null;
      String name = null;
      for (int i = 0; i < path.size(); i++) {
        String part = path.get(i);
        switch (parts.get(i)) {
          case "{index}" -> {
            if (part.charAt(0) == '_') {
              return null;
            }
            index = part;
          }
          case "{id}" -> id = part;
          case "{name}" -> name = part;
          default -> {
            if (!part.equals(parts.get(i))) {
              return null;
            }
          }
        }
      }
      return new Match(
          endpoint, Optional.ofNullable(index), Optional.ofNullable(id), Optional.ofNullable(name));
    }
  }

  private static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (Endpoint endpoint : Endpoint.values()) {
      for (String path : endpoint.paths()) {
        List<String> parts =
            path.equals("/") ? List.of() : List.of(path.substring(1).split("/", -1));
        shapes.add(new Shape(endpoint, endpoint.methods(), parts));
      }
    }
    return Collections.unmodifiableList(shapes);
  }

  /// @param path its parts, as [Paths#decode] gives them
  /// @throws Refused with 405 if the path has no such method, and with 501 if there is no such path
  public static Match match(String method, List<String> path) throws Refused {
    SortedSet<String> others = new TreeSet<>();
    for (Shape shape : SHAPES) {
      Match match = shape.match(path);
      if (match != null) {
        if (shape.methods.contains(method)) {
          return match;
        }
        others.addAll(shape.methods);
      }
    }
    String uri = Paths.encode(path);
    if (!others.isEmpty()) {
      throw Refused.method(
          "Incorrect HTTP method for uri [%s] and method [%s], allowed: %s"
              .formatted(uri, method, others));
    }
    if (!path.isEmpty() && path.getFirst().equals("_all")) {
      throw Refused.argument("[_all] names many indices: name one index");
    }
    throw Refused.notOffered(
        "Drover does not offer %s %s. docs/opensearch-endpoints.md lists what it offers; a request without an index needs one in its path"
            .formatted(method, uri));
  }
}
