package dev.drover.engine;

import dev.drover.core.Engine;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// The engines that are there: those whose modules are on the class path.
public final class Plugs {
  private static final List<Plug> ALL =
      ServiceLoader.load(Plug.class).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(Plug::engine, Plugs::firstFirst))
          .toList();

  private Plugs() {}

  private static int firstFirst(Engine a, Engine b) {
    boolean first = a.equals(Engine.FIRST);
    return first == b.equals(Engine.FIRST) ? a.compareTo(b) : first ? -1 : 1;
  }

  /// All of them; the one of whatever names none is the first, the others follow by name.
  public static List<Plug> all() {
    return ALL;
  }

  /// @throws IllegalArgumentException if there is no such engine, naming those that there are
  public static Plug of(Engine engine) {
    return of(engine.name());
  }

  /// As the other.
  public static Plug of(String engine) {
    return ALL.stream()
        .filter(plug -> plug.engine().name().equals(engine))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no engine '%s'; there %s: %s"
                        .formatted(
                            engine, ALL.size() == 1 ? "is" : "are", String.join(", ", names()))));
  }

  public static List<String> names() {
    return ALL.stream().map(plug -> plug.engine().name()).toList();
  }
}
