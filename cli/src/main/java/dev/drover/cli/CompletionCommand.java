package dev.drover.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `drover completion bash|zsh`.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script that completes drover's commands in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(drover completion bash)",
      "  source <(drover completion zsh)"
    })
final class CompletionCommand implements Callable<Integer> {
  /// Where the library's script takes the values that there are.
  private static final String ARRAY_BEGINS =
      """
      function compReplyArray() {
        declare -a options
        options=("$@")
      """;

  private static final String NAMES_INSTEAD =
      """
        local IFS=$'\\n'
        case "$1" in @*@) options=($(_drover_names "$1")) ;; esac
      """;

  /// The shells that are known.
  enum Shell {
    BASH,
    ZSH
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() throws IOException {
    if (shell == Shell.ZSH) {
      System.out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    System.out.println(script());
    return Exit.OK;
  }

  /// The library's script, with names that are asked for, and words that may hold colons.
  private static String script() throws IOException {
    String script = AutoComplete.bash("drover", Main.commandLine());
    String hooked =
        script
            .replace(ARRAY_BEGINS, ARRAY_BEGINS + NAMES_INSTEAD)
            .replaceFirst("(?m)^complete -F _complete_drover .*$", "");
    try (InputStream own =
        Objects.requireNonNull(CompletionCommand.class.getResourceAsStream("completion.sh"))) {
      return hooked + new String(own.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
