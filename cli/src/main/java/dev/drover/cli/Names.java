package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.config.Config;
import dev.drover.engine.Plugs;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Names that a shell completes. The completion script has a mark for each kind, and asks for the
/// names themselves (`drover names KIND`) when somebody wants them.
enum Names {
  PARTITIONS,
  HOMES,
  GATEWAYS,
  MOVES,
  STRAYS;

  /// For so long a shell may wait.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int MOVES_MAX = 50;

  /// All names of this kind. Homes and gateways stand in the configuration.
  List<String> all(Context context) throws Failure, ApiException {
    Config config = context.read();
    ApiClient client = context.client(config).within(PATIENCE);
    return switch (this) {
      case PARTITIONS -> partitions(client.json("/v1/partitions"));
      case HOMES -> config.homes().stream().map(home -> home.name().value()).toList();
      case GATEWAYS -> config.gatewayNames();
      case MOVES ->
          Stream.concat(
                  texts(client.json("/v1/status").get("moves"), "id"),
                  texts(client.json("/v1/history?max=" + MOVES_MAX), "id"))
              .distinct()
              .toList();
      case STRAYS -> texts(client.json("/v1/strays"), "move").toList();
    };
  }

  /// By their names alone, where only one engine has it.
  private static List<String> partitions(Json list) {
    Map<String, Long> engines =
        texts(list, "name").collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    return list.items().stream()
        .map(
            each ->
                engines.getOrDefault(each.text("name"), 0L) > 1
                    ? each.text("id")
                    : each.text("name"))
        .toList();
  }

  private static Stream<String> texts(Json list, String key) {
    return list.items().stream().map(each -> each.text(key));
  }

  private String mark() {
    return "@" + name().toLowerCase(Locale.ROOT) + "@";
  }

  /// A mark, in the shape that the library takes.
  abstract static class Mark extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    Mark(String mark) {
      super(List.of(mark));
    }
  }

  /// Stands for the partitions.
  static final class Partitions extends Mark {
    private static final long serialVersionUID = 1;

    Partitions() {
      super(PARTITIONS.mark());
    }
  }

  /// The engines.
  static final class Engines extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    Engines() {
      super(Plugs.names());
    }
  }

  /// Stands for the homes.
  static final class Homes extends Mark {
    private static final long serialVersionUID = 1;

    Homes() {
      super(HOMES.mark());
    }
  }

  /// Stands for the gateways.
  static final class Gateways extends Mark {
    private static final long serialVersionUID = 1;

    Gateways() {
      super(GATEWAYS.mark());
    }
  }

  /// Stands for the moves, and the files of this directory.
  static final class MovesAndFiles extends Mark {
    private static final long serialVersionUID = 1;

    MovesAndFiles() {
      super(MOVES.mark());
    }
  }

  /// Stands for the moves of which something is set aside.
  static final class Strays extends Mark {
    private static final long serialVersionUID = 1;

    Strays() {
      super(STRAYS.mark());
    }
  }
}
