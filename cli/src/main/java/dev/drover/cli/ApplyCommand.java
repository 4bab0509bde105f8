package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigText;
import java.io.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover apply`.
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Apply a changed configuration to the server and the gateways while they run.",
      "Shows first what differs: homes, partitions, fallbacks, limits of the server and the gateways.",
      "No process is restarted, and no connection of a client is closed. What needs a restart is said,",
      "and left as it is. A partition that is new begins where its content is looked for until now, and",
      "a move brings it to its home. One that is gone is dropped if what it holds stays where it is looked",
      "for. A SIGHUP to the server applies its file in the same way, without a question; one to a",
      "gateway has that gateway alone read its file."
    },
    footer = {
      "",
      "Examples:",
      "  drover apply --dry-run       only show what differs",
      "  drover apply                 show it, ask, apply it",
      "  drover apply --yes --json    for scripts",
      "",
      "Exit codes: 0 applied; 1 it was refused, or a part of it was not done; 2 the command line or the"
          + " configuration cannot be used; 3 the server cannot be reached; 4 there was nothing to apply."
    })
final class ApplyCommand implements Callable<Integer> {
  private static final Map<String, String> MARKS = Map.of("ADD", "+", "REMOVE", "-", "CHANGE", "~");

  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--dry-run", description = "Only show what differs.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    ApiClient client = context.client();
    byte[] said = client.get("/v1/configuration");
    Json plan = Json.parse(said);
    sameFile(plan);
    boolean lagging =
        client.json("/v1/gateways").items().stream()
            .anyMatch(gateway -> !gateway.texts("differs").isEmpty());
    boolean any = lagging || has(plan, "NOW");
    int without = has(plan, "REFUSED") ? Exit.FAILED : Exit.OK;
    if (json && (dryRun || !any)) {
      Context.raw(said);
    } else if (!json) {
      show(plan, lagging);
    }
    if (!any) {
      return without == Exit.OK ? Exit.ALREADY : without;
    }
    if (dryRun) {
      return without;
    }
    if (!yes && !agreed()) {
      System.out.println("nothing was applied");
      return Exit.FAILED;
    }
    byte[] answer = applied(client, plan.text("digest"));
    Json result = Json.parse(answer);
    if (json) {
      Context.raw(answer);
    } else {
      tell(result, has(plan, "NOW"));
    }
    return result.texts("problems").isEmpty() ? without : Exit.FAILED;
  }

  private byte[] applied(ApiClient client, String digest) throws Failure, ApiException {
    String advice = "'drover apply --dry-run' shows what is left to be applied";
    Failure stopped = new Failure(Exit.INTERRUPTED, "the server goes on applying it", advice, null);
    try (Interruption _ = Interruption.open(context.terminal(), json, stopped)) {
      return client.post("/v1/configuration?digest=" + ApiClient.encoded(digest), Map.of());
    } catch (ApiException e) {
      if (!e.unreachable()) {
        throw e;
      }
      throw new Failure(
          Exit.UNREACHABLE,
          e.why() + "; the server may have applied it, or a part of it, or goes on with it",
          advice,
          e);
    }
  }

  private static boolean has(Json plan, String effect) {
    return plan.items("changes").stream().anyMatch(change -> change.text("effect").equals(effect));
  }

  /// The server reads its own file. Whoever edits another one means that one.
  private void sameFile(Json plan) throws Failure {
    String digest;
    try {
      digest = ConfigText.read(context.file()).digest();
    } catch (ConfigException e) {
      throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()), "", e);
    }
    if (!digest.equals(plan.text("digest"))) {
      throw new Failure(
          Exit.FAILED,
          "the server's configuration, %s on its machine, is not the same as %s"
              .formatted(plan.text("file"), context.file()),
          "bring this file to the server and to each gateway, and try again; nothing was applied",
          null);
    }
  }

  private void show(Json plan, boolean lagging) {
    List<Json> changes = plan.items("changes");
    if (changes.isEmpty()) {
      System.out.println(
          lagging
              ? "all of it is in force at the server, but not at all gateways"
              : "all of " + context.file() + " is in force already");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Json change : changes) {
      rows.add(
          List.of(
              MARKS.getOrDefault(change.text("kind"), "?") + " " + change.text("what"),
              change.text("detail"),
              note(change)));
    }
    context.terminal().table(List.of("CHANGE", "WHAT", "NOTE"), rows);
    System.out.println(sum(changes));
  }

  /// A long plan in one line, without what is none of it.
  static String sum(List<Json> changes) {
    List<String> parts = new ArrayList<>();
    count(changes, "kind", "ADD", "new", parts);
    count(changes, "kind", "REMOVE", "gone", parts);
    count(changes, "kind", "CHANGE", "changed", parts);
    count(changes, "effect", "RESTART", "not before a restart", parts);
    count(changes, "effect", "REFUSED", "not applied", parts);
    return String.join(", ", parts);
  }

  private static void count(
      List<Json> changes, String key, String value, String words, List<String> parts) {
    long many = changes.stream().filter(change -> change.text(key).equals(value)).count();
    if (many > 0) {
      parts.add(Text.count(many) + " " + words);
    }
  }

  private static String note(Json change) {
    String note = change.text("note");
    return switch (change.text("effect")) {
      case "RESTART" -> "needs a restart of " + note;
      case "REFUSED" -> "not applied: " + note;
      default -> note;
    };
  }

  private static boolean agreed() throws Failure {
    Console console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(
                () ->
                    new Failure(
                        Exit.USAGE,
                        "nothing was applied: there is no terminal to ask at",
                        "--yes applies it without a question, --dry-run only shows it",
                        null));
    String answer = console.readLine("Apply this? [y/N] ");
    return answer != null && (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"));
  }

  private static void tell(Json result, boolean changed) {
    result
        .items("moves")
        .forEach(
            move ->
                System.out.printf(
                    "%s moves to %s (%s)%n",
                    move.text("partition"), move.text("to"), move.text("move")));
    List<String> following =
        result.items("gateways").stream()
            .filter(gateway -> gateway.texts("differs").isEmpty())
            .map(gateway -> gateway.text("gateway"))
            .toList();
    System.out.println(
        (changed ? "applied" : "the gateways were asked again")
            + (following.isEmpty() ? "" : "; in force at: " + String.join(", ", following)));
    result.texts("problems").forEach(problem -> System.out.println("not done: " + problem));
  }
}
