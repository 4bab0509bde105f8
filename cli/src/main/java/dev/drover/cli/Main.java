package dev.drover.cli;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `drover` command.
@Command(
    name = "drover",
    version = Main.VERSION,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Moves live partitions between homes while their clients go on reading and writing.",
      ""
    },
    footer = {
      "",
      "Begin:",
      "  drover demo                          see a move, with nothing to prepare",
      "  drover init                          write drover.yaml, every key explained",
      "  drover server                        run the server",
      "  drover gateway g1                    run a gateway; Redis clients connect to it",
      "  drover move app:billing: --to green  move a scope, and watch",
      "",
      "Exit codes: 0 done; 1 refused or failed; 2 the command line or the configuration cannot",
      "be used; 3 the server cannot be reached.",
      "",
      "Variables: DROVER_CONFIG (the configuration), DROVER_JAVA (the JDK), DROVER_JAVA_OPTS",
      "(more options for it), DROVER_LOG (error, warn, info, debug), NO_COLOR."
    },
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      ServerCommand.class,
      GatewayCommand.class,
      StatusCommand.class,
      HomesCommand.class,
      PartitionsCommand.class,
      GatewaysCommand.class,
      ScopeCommand.class,
      RepairCommand.class,
      MoveCommand.class,
      ExplainCommand.class,
      AbortCommand.class,
      HistoryCommand.class,
      CertificateCommand.class,
      StraysCommand.class,
      CompletionCommand.class,
      SimCommand.class,
      ScaleCommand.class,
      TortureCommand.class,
      ExploreCommand.class,
      LauncherCommands.Bench.class,
      LauncherCommands.Test.class,
      LauncherCommands.Packing.class,
      HelpCommand.class
    })
public final class Main implements Callable<Integer> {
  static final String VERSION = "drover 0.1.0";

  private static final int HELP_COLUMNS = 100;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs a command.
  ///
  /// @return its exit code
  public static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_COLUMNS)
        .setParameterExceptionHandler(Main::usage)
        .setExecutionExceptionHandler(Main::failed);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return Exit.OK;
  }

  private static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("drover: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      command
          .getErr()
          .println("  '" + command.getCommandSpec().qualifiedName() + " --help' shows how it goes");
    }
    return Exit.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    return switch (e) {
      case Failure f -> told(command, String.valueOf(f.getMessage()), f.advice(), f.exit());
      case ApiException a when a.unreachable() ->
          told(
              command,
              a.why(),
              "if it is down: gateways go on serving what is at rest for as long as their long lease lasts, and refuse what is being moved after their short lease; a move goes on when a server is back. Start it with 'drover server', or point --config to the right file",
              Exit.UNREACHABLE);
      case ApiException a -> told(command, a.why(), "", Exit.FAILED);
      case InterruptedException _ -> told(command, "interrupted", "", Exit.FAILED);
      default -> {
        if (Arrays.asList("debug", "trace").contains(System.getenv("DROVER_LOG"))) {
          e.printStackTrace(command.getErr());
        }
        yield told(
            command,
            "a defect in drover: " + e,
            "run it again with DROVER_LOG=debug to see where",
            Exit.FAILED);
      }
    };
  }

  private static int told(CommandLine command, String what, String advice, int exit) {
    CommandLine.ParseResult parsed = command.getParseResult();
    if (parsed != null && parsed.hasMatchedOption("--json")) {
      System.out.println(Json.write(Map.of("error", what, "advice", advice, "exit", exit)));
    }
    command.getErr().println("drover: " + Terminal.plain(what));
    if (!advice.isEmpty()) {
      command.getErr().println("  " + advice);
    }
    return exit;
  }
}
