package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover strays`.
@Command(
    name = "strays",
    mixinStandardHelpOptions = true,
    description = {
      "List what is set aside at homes until you decide on it.",
      "It was written at an old home after its last tail, or it is the copy of an aborted move whose",
      "source may hold less than it did."
    },
    subcommands = {StraysCommand.Keep.class, StraysCommand.Drop.class, StraysCommand.Bring.class},
    footer = {
      "",
      "Examples:",
      "  drover strays",
      "  drover strays bring MOVE       what the partition lacks goes to where it is now",
      "  drover strays drop MOVE        it is deleted"
    })
final class StraysCommand implements Callable<Integer> {
  private static final int NAMES_SHOWN = 3;

  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/strays");
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    List<Json> all = Json.parse(answer).items();
    if (all.isEmpty()) {
      System.out.println("nothing is set aside at any home");
      return Exit.OK;
    }
    context
        .terminal()
        .table(
            List.of("MOVE", "PARTITION", "HOME", "KEYS", "SINCE", "SUCH AS"),
            all.stream().map(StraysCommand::row).toList());
    for (Json one : all) {
      context
          .terminal()
          .line(
              one.text("move")
                  + ": "
                  + one.text("why")
                  + (one.flag("accepted") ? ". You have said that they may stay" : ""));
    }
    return Exit.OK;
  }

  private static List<String> row(Json one) {
    Json items = one.get("items");
    List<String> names = items.texts("names");
    return List.of(
        one.text("move"),
        one.text("partition"),
        one.get("at").text("home"),
        items.text("count"),
        Text.time(one.millis("foundAt")),
        String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size()))));
  }

  /// What the three decisions have.
  abstract static class Deciding {
    @Mixin private ServerContext context = new ServerContext();

    @Parameters(paramLabel = "MOVE", completionCandidates = Names.Strays.class)
    private String move = "";

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    /// @param said for people, with a place for the move
    Integer decide(String decision, String said) throws Failure, ApiException {
      byte[] answer =
          context
              .client()
              .post("/v1/strays/" + ApiClient.encoded(move) + "?decision=" + decision, Map.of());
      if (json) {
        Context.raw(answer);
      } else {
        System.out.println(said.formatted(move));
      }
      return Exit.OK;
    }
  }

  /// `drover strays keep MOVE`.
  @Command(
      name = "keep",
      mixinStandardHelpOptions = true,
      description = {
        "Say that what is set aside of a move may stay there. Status no longer names it as a problem."
      },
      footer = {"", "Example:", "  drover strays keep 01JD0-1"})
  static final class Keep extends Deciding implements Callable<Integer> {
    @Override
    public Integer call() throws Failure, ApiException {
      return decide("keep", "what is set aside of move '%s' stays there");
    }
  }

  /// `drover strays drop MOVE`.
  @Command(
      name = "drop",
      mixinStandardHelpOptions = true,
      description = "Delete what is set aside of a move. It cannot be had back.",
      footer = {"", "Example:", "  drover strays drop 01JD0-1"})
  static final class Drop extends Deciding implements Callable<Integer> {
    @Override
    public Integer call() throws Failure, ApiException {
      return decide(
          "drop", "what is set aside of move '%s' is being deleted; 'drover status' shows how far");
    }
  }

  /// `drover strays bring MOVE`.
  @Command(
      name = "bring",
      mixinStandardHelpOptions = true,
      description = {
        "Bring what is set aside of a move to where the partition is now.",
        "What stands there already stays aside, unless --replace is given."
      },
      footer = {"", "Example:", "  drover strays bring 01JD0-1"})
  static final class Bring extends Deciding implements Callable<Integer> {
    @Option(names = "--replace", description = "Write over what the partition holds now.")
    private boolean replace;

    @Override
    public Integer call() throws Failure, ApiException {
      return decide(
          replace ? "replace" : "bring",
          "what is set aside of move '%s' is being brought; 'drover status' shows how far");
    }
  }
}
