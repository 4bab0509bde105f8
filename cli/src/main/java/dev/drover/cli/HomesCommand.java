package dev.drover.cli;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover homes`.
@Command(
    name = "homes",
    mixinStandardHelpOptions = true,
    description = "List the homes, and how they are.",
    footer = {"", "Examples:", "  drover homes", "  drover homes --json"})
final class HomesCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/homes");
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    context
        .terminal()
        .table(
            List.of("HOME", "ENGINE", "ADDRESS", "STATE", "KEYS", "MEMORY", "PARTITIONS"),
            Json.parse(answer).items().stream().map(HomesCommand::row).toList());
    return Exit.OK;
  }

  private static List<String> row(Json home) {
    Json look = home.get("look");
    boolean up = look.flag("reachable");
    return List.of(
        home.text("id"),
        home.text("engine"),
        home.text("address"),
        up ? look.text("version") : look.text("problem"),
        look.has("items") ? Text.count(look.number("items")) : "",
        look.has("usedBytes") ? Text.bytes(look.number("usedBytes")) : "",
        home.text("partitions"));
  }
}
