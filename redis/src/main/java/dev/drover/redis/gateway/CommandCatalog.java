package dev.drover.redis.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The reviewed commands (`commands.txt`), joined with what homes say of theirs. A home's word
/// makes the table stricter, never laxer.
final class CommandCatalog {
  private static final String FILE = "commands.txt";
  private static final Map<String, CommandSpec> REVIEWED = read();

  private CommandCatalog() {}

  /// The table for these homes.
  ///
  /// @param homes what each home that has answered says of its commands
  /// @param addedWrites commands that the operator adds; they have to be known to a home, with keys
  ///   at fixed places
  static CommandTable of(Collection<List<ServerCommand>> homes, Set<String> addedWrites) {
    Map<String, CommandSpec> table = new LinkedHashMap<>(REVIEWED);
    Set<String> known =
        homes.stream()
            .flatMap(List::stream)
            .map(ServerCommand::name)
            .collect(Collectors.toUnmodifiableSet());
    table.values().removeIf(spec -> passedOn(spec) && !known.contains(base(spec.name())));
    for (List<ServerCommand> home : homes) {
      for (ServerCommand each : home) {
        Optional<CommandSpec> added = added(each, addedWrites);
        added.ifPresent(spec -> table.putIfAbsent(spec.name(), spec));
        table.computeIfPresent(each.name(), (name, spec) -> stricter(spec, each));
      }
    }
    return new CommandTable(table.values());
  }

  /// Why commands that the operator adds cannot be; empty if they can.
  static List<String> cannotBeAdded(
      Collection<List<ServerCommand>> homes, Set<String> addedWrites) {
    List<String> faults = new ArrayList<>();
    for (String name : addedWrites) {
      if (REVIEWED.containsKey(name)) {
        faults.add("'" + name + "' is a reviewed command already, and stays what it is");
        continue;
      }
      List<ServerCommand> found =
          homes.stream().flatMap(List::stream).filter(each -> each.name().equals(name)).toList();
      if (found.isEmpty()) {
        faults.add("'" + name + "' is not a command of any home that answers");
      } else if (found.stream().anyMatch(each -> each.movableKeys() || each.firstKey() <= 0)) {
        faults.add("'" + name + "' has no keys at fixed places, so nobody can tell its scope");
      }
    }
    return faults;
  }

  private static Optional<CommandSpec> added(ServerCommand command, Set<String> addedWrites) {
    boolean can = !command.movableKeys() && command.firstKey() > 0;
    return can && addedWrites.contains(command.name())
        ? Optional.of(
            new CommandSpec(
                command.name(),
                CommandKind.WRITE,
                new KeyRule.Fixed(
                    command.firstKey(), command.lastKey(), Math.max(1, command.keyStep()))))
        : Optional.empty();
  }

  private static CommandSpec stricter(CommandSpec spec, ServerCommand server) {
    if (!passedOn(spec)) {
      return spec;
    }
    if (spec.keys() instanceof KeyRule.Fixed fixed
        && (server.movableKeys() || !fixed.equals(placed(server)))) {
      return spec.refusedBecause(
          "a home says that its keys stand elsewhere than the gateway knows");
    }
    boolean mayBlock = spec.keys() instanceof KeyRule.Streams;
    if (server.blocking() && !mayBlock) {
      return spec.refusedBecause("a home says that it blocks");
    }
    return switch (spec.kind()) {
      case READ -> server.write() ? spec.as(CommandKind.WRITE) : spec;
      case SCRIPT_READ -> server.write() ? spec.as(CommandKind.SCRIPT) : spec;
      case WRITE, SCRIPT, LOCAL, STATE, BLOCKS, REFUSED -> spec;
    };
  }

  private static KeyRule placed(ServerCommand server) {
    return new KeyRule.Fixed(server.firstKey(), server.lastKey(), Math.max(1, server.keyStep()));
  }

  private static boolean passedOn(CommandSpec spec) {
    return switch (spec.kind()) {
      case READ, WRITE, SCRIPT, SCRIPT_READ -> true;
      case LOCAL, STATE, BLOCKS, REFUSED -> false;
    };
  }

  private static String base(String name) {
    int bar = name.indexOf('|');
    return bar < 0 ? name : name.substring(0, bar);
  }

  private static Map<String, CommandSpec> read() {
    try (InputStream in = CommandCatalog.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing beside " + CommandCatalog.class);
      }
      Map<String, CommandSpec> specs = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> spec(line.split(" +", -1)))
          .forEach(spec -> specs.put(spec.name(), spec));
      return Map.copyOf(specs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CommandSpec spec(String[] columns) {
    if (columns.length != 4) {
      throw new IllegalStateException(FILE + ": not four columns: " + String.join(" ", columns));
    }
    CommandKind kind = CommandKind.valueOf(columns[1].toUpperCase(Locale.ROOT).replace('-', '_'));
    return new CommandSpec(columns[0], kind, KeyRule.parse(columns[2]));
  }
}
