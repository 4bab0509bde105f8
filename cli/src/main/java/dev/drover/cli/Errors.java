package dev.drover.cli;

import dev.drover.app.Ending;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.engine.config.Likeness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// How commands say that they did not do what they were asked: what is wrong and what to do, on
/// standard error; with `--json` also as an object on standard output.
final class Errors {
  private static final String JSON = "--json";

  private Errors() {}

  /// The command line cannot be used.
  static int usage(ParameterException e, String[] args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String message = String.valueOf(e.getMessage());
    Optional<String> meant = Optional.empty();
    Optional<String> word = unknown(e, args);
    if (word.isPresent()) {
      message = unknown(command, word.get());
      meant = meant(command, word.get());
    }
    return told(
        e.getCommandLine(),
        Arrays.asList(args).contains(JSON),
        message,
        meant
            .map(like -> "did you mean '" + like + "'?")
            .orElse("'" + command.qualifiedName() + " --help' shows how it goes"),
        Map.of(),
        Exit.USAGE);
  }

  /// The word that the command does not know. What is missing may be there with a slip in its name,
  /// so that is looked for first.
  private static Optional<String> unknown(ParameterException e, String[] args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched.getUnmatched().stream().findFirst();
      case MissingParameterException _ ->
          Arrays.stream(args)
              .filter(each -> each.startsWith("--") && each.length() > 2)
              .filter(each -> !known(command, each.split("=", 2)[0]))
              .findFirst();
      default -> Optional.empty();
    };
  }

  private static boolean known(CommandSpec command, String name) {
    return command.optionsMap().containsKey(name) || command.negatedOptionsMap().containsKey(name);
  }

  private static String unknown(CommandSpec command, String word) {
    if (word.startsWith("-")) {
      return "'%s' has no option '%s'".formatted(command.qualifiedName(), word);
    }
    return command.positionalParameters().isEmpty() && !command.subcommands().isEmpty()
        ? "there is no command '%s %s'".formatted(command.qualifiedName(), word)
        : "'%s' takes no further argument, and was given '%s'"
            .formatted(command.qualifiedName(), word);
  }

  /// The option or command that was probably meant.
  private static Optional<String> meant(CommandSpec command, String word) {
    if (word.startsWith("-")) {
      List<String> names = new ArrayList<>();
      command.options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> names.addAll(List.of(option.names())));
      String name = word.split("=", 2)[0];
      return name.length() < 3 ? Optional.empty() : Likeness.nearest(name, names);
    }
    List<String> names =
        command.subcommands().entrySet().stream()
            .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();
    return Likeness.nearest(word, names).map(name -> command.qualifiedName() + " " + name);
  }

  /// A command has failed.
  static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    if (Ending.bySignal()) {
      return Exit.INTERRUPTED;
    }
    return switch (e) {
      case Failure f ->
          told(command, String.valueOf(f.getMessage()), f.advice(), f.more(), f.exit());
      case ApiException a when a.unreachable() ->
          told(
              command,
              a.why(),
              "if it is down: gateways go on serving what is at rest for as long as their long lease lasts, and refuse what is being moved after their short lease; a move goes on when a server is back. Start it with 'drover server', or point --config to the right file",
              Map.of(),
              Exit.UNREACHABLE);
      case ApiException a -> told(command, a.why(), "", Map.of(), Exit.FAILED);
      case InterruptedException _ -> told(command, "interrupted", "", Map.of(), Exit.FAILED);
      default -> {
        String level = System.getenv().getOrDefault("DROVER_LOG", "").toLowerCase(Locale.ROOT);
        if (List.of("debug", "trace").contains(level)) {
          e.printStackTrace(command.getErr());
        }
        yield told(
            command,
            "a defect in drover: " + e,
            "run it again with DROVER_LOG=debug to see where",
            Map.of(),
            Exit.FAILED);
      }
    };
  }

  private static int told(
      CommandLine command, String what, String advice, Map<String, String> more, int exit) {
    CommandLine.ParseResult parsed = command.getParseResult();
    boolean json = parsed != null && parsed.hasMatchedOption(JSON);
    return told(command, json, what, advice, more, exit);
  }

  private static int told(
      CommandLine command,
      boolean json,
      String what,
      String advice,
      Map<String, String> more,
      int exit) {
    if (json) {
      System.out.println(json(what, advice, more, exit));
    }
    command.getErr().println("drover: " + Terminal.plain(what));
    if (!advice.isEmpty()) {
      command.getErr().println("  " + advice);
    }
    return exit;
  }

  /// An error as JSON.
  ///
  /// @param more what else scripts may want to know, such as the move
  static String json(String what, String advice, Map<String, String> more, int exit) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("error", what);
    error.put("advice", advice);
    error.put("exit", exit);
    error.putAll(more);
    return Json.write(error);
  }
}
