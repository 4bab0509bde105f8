package dev.drover.cli;

import dev.drover.app.client.Columns;
import dev.drover.app.log.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
      "  drover gateway g1                    run a gateway; clients connect to it",
      "  drover move app:billing: --to green  move a partition, and watch",
      "",
      "Exit codes: 0 done; 1 refused, failed or aborted; 2 the command line or the configuration"
          + " cannot be used; 3 the server cannot be reached; 4 it is so already, and nothing was done;"
          + " 5 waited for as long as --timeout says, and the move goes on; 6 it was done, but what it"
          + " printed could not be written; 130 interrupted. With --json an error is an object too:"
          + " error, advice, exit.",
      "",
      "Variables: DROVER_CONFIG (the configuration), DROVER_JAVA (the JDK that ./drover takes),"
          + " DROVER_JAVA_OPTS (more options for it), DROVER_LOG (how much is logged: error, warn, info,"
          + " debug, trace), DROVER_LOG_FORMAT (how: text, json), COLUMNS (the width of help), NO_COLOR."
    },
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      ServerCommand.class,
      GatewayCommand.class,
      ApplyCommand.class,
      StatusCommand.class,
      HomesCommand.class,
      PartitionsCommand.class,
      GatewaysCommand.class,
      RepairCommand.class,
      MoveCommand.class,
      ExplainCommand.class,
      AbortCommand.class,
      HistoryCommand.class,
      CertificateCommand.class,
      StraysCommand.class,
      CompletionCommand.class,
      NamesCommand.class,
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

  private static final int HELP_COLUMNS_MAX = 100;

  /// What the library takes at least.
  private static final int HELP_COLUMNS_MIN = 55;

  private static final Set<String> HELP = Set.of("-h", "--help", "help");

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    StandardOutput output = StandardOutput.install();
    System.exit(output.exit(run(args)));
  }

  /// Runs a command.
  ///
  /// @return its exit code
  public static int run(String... args) {
    CommandLine command = commandLine();
    if (args.length == 0 || Arrays.stream(args).anyMatch(HELP::contains)) {
      int columns = Columns.of(System.getenv()).orElse(HELP_COLUMNS_MAX);
      command.setUsageHelpWidth(Math.clamp(columns, HELP_COLUMNS_MIN, HELP_COLUMNS_MAX));
    }
    return command.execute(args);
  }

  static CommandLine commandLine() {
    CommandLine all = new CommandLine(new Main());
    versions(all);
    return all.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_COLUMNS_MAX)
        .setExecutionStrategy(new Checked())
        .setParameterExceptionHandler(Errors::usage)
        .setExecutionExceptionHandler(Errors::failed);
  }

  /// Each command has the version of the whole.
  private static void versions(CommandLine command) {
    command.getCommandSpec().version(VERSION);
    command.getSubcommands().values().forEach(Main::versions);
  }

  /// Runs the last command that was named, unless the log cannot be written as the environment
  /// says. Help is shown in any case.
  private static final class Checked extends CommandLine.RunLast {
    @Override
    protected List<Object> handle(CommandLine.ParseResult parsed) {
      Variable.fault(System.getenv())
          .ifPresent(
              fault -> {
                throw new ParameterException(parsed.commandSpec().commandLine(), fault);
              });
      return super.handle(parsed);
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return Exit.OK;
  }
}
