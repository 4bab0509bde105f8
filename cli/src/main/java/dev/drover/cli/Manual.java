package dev.drover.cli;

import dev.drover.app.config.InitFile;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Writes the manual pages: one for each command, from what `--help` says, and one for the
/// configuration, from what `drover init` writes.
final class Manual {
  private static final int SYNOPSIS_COLUMNS = 1_000;

  private final StringBuilder page = new StringBuilder();
  private boolean verbatim;

  private Manual() {}

  /// Writes all pages into the directories `man1` and `man5` of the one that is named.
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Path commands = Files.createDirectories(directory.resolve("man1"));
    write(commands, Main.commandLine().setUsageHelpWidth(SYNOPSIS_COLUMNS).getCommandSpec());
    Files.writeString(
        Files.createDirectories(directory.resolve("man5")).resolve("drover.yaml.5"),
        configuration());
  }

  private static void write(Path directory, CommandSpec command) throws IOException {
    Files.writeString(directory.resolve(name(command) + ".1"), page(command));
    for (CommandLine each : command.subcommands().values()) {
      if (!each.getCommandSpec().usageMessage().hidden()) {
        write(directory, each.getCommandSpec());
      }
    }
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  static String page(CommandSpec command) {
    Manual manual = new Manual();
    List<String> description = List.of(command.usageMessage().description());
    manual.head(name(command), "1", description.getFirst());
    manual.section("synopsis");
    String synopsis =
        new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF)).synopsis(0);
    manual.line(synopsis.strip());
    manual.section("description");
    description.forEach(manual::line);
    manual.arguments(command);
    manual.subcommands(command);
    List.of(command.usageMessage().footer()).forEach(manual::footer);
    manual.endVerbatim();
    manual.section("see also");
    manual.line(
        name(command).equals("drover")
            ? "drover.yaml(5)"
            : name(command.parent()) + "(1), drover.yaml(5)");
    return manual.page.toString();
  }

  static String configuration() {
    Manual manual = new Manual();
    manual.head("drover.yaml", "5", "the configuration of drover");
    manual.section("description");
    for (Plug plug : Plugs.all()) {
      manual.line(
          "'drover init --engine %s' writes this, in which every key is explained:"
              .formatted(plug.engine()));
      manual.beginVerbatim();
      InitFile.text(plug).lines().forEach(manual::line);
      manual.endVerbatim();
    }
    manual.section("see also");
    manual.line("drover(1), drover-init(1), drover-server(1), drover-gateway(1)");
    return manual.page.toString();
  }

  private void head(String name, String chapter, String about) {
    page.append("'\\\" -*- coding: utf-8 -*-\n.TH \"")
        .append(escaped(name.toUpperCase(Locale.ROOT)))
        .append("\" \"")
        .append(chapter)
        .append("\" \"\" \"")
        .append(escaped(Main.VERSION))
        .append("\" \"Drover\"\n.nh\n.ad l\n");
    section("name");
    line(escaped(name) + " \\- ", about.replaceFirst("\\.$", ""));
  }

  private void section(String name) {
    page.append(".SH ").append(name.toUpperCase(Locale.ROOT)).append('\n');
  }

  private void line(String text) {
    line("", text);
  }

  /// @param before is no text, but roff
  private void line(String before, String text) {
    String safe = before + escaped(text);
    page.append(safe.startsWith(".") || safe.startsWith("'") ? "\\&" : "")
        .append(safe)
        .append('\n');
  }

  private static String escaped(String text) {
    return text.replace("%n", "").replace("\\", "\\e").replace("-", "\\-");
  }

  private void arguments(CommandSpec command) {
    List<ArgSpec> all = new ArrayList<>(command.positionalParameters());
    all.addAll(command.options());
    section("options");
    for (ArgSpec each : all) {
      if (!each.hidden()) {
        page.append(".TP\n");
        String label = each.arity().max() == 0 ? "" : each.paramLabel();
        line(
            each instanceof OptionSpec option
                ? (String.join(", ", option.names()) + " " + label).strip()
                : label);
        for (String told :
            each.description().length == 0 ? new String[] {""} : each.description()) {
          line(told.isEmpty() ? " " : told);
        }
      }
    }
  }

  private void subcommands(CommandSpec command) {
    if (command.subcommands().isEmpty()) {
      return;
    }
    section("commands");
    for (CommandLine each : command.subcommands().values()) {
      CommandSpec spec = each.getCommandSpec();
      if (!spec.usageMessage().hidden()) {
        page.append(".TP\n");
        line(name(spec) + "(1)");
        line(spec.usageMessage().description()[0]);
      }
    }
  }

  /// A line below the options: a heading, an example of a command, or text.
  private void footer(String text) {
    if (text.isEmpty()) {
      endVerbatim();
      page.append(".PP\n");
    } else if (text.startsWith("  ")) {
      beginVerbatim();
      line(text);
    } else {
      endVerbatim();
      headed(text);
    }
  }

  private void headed(String text) {
    int colon = text.indexOf(": ");
    String head = colon < 0 ? text : text.substring(0, colon + 1);
    String section =
        switch (head) {
          case "Example:", "Examples:", "Begin:" -> "examples";
          case "Exit codes:" -> "exit status";
          case "Variables:" -> "environment";
          default -> "";
        };
    if (section.isEmpty()) {
      line(text);
      return;
    }
    section(section);
    if (colon >= 0) {
      line(text.substring(colon + 2));
    }
  }

  private void beginVerbatim() {
    if (!verbatim) {
      page.append(".nf\n");
      verbatim = true;
    }
  }

  private void endVerbatim() {
    if (verbatim) {
      page.append(".fi\n");
      verbatim = false;
    }
  }
}
