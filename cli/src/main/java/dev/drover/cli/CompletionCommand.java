package dev.drover.cli;

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
  /// The shells that are known.
  enum Shell {
    BASH,
    ZSH
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    if (shell == Shell.ZSH) {
      System.out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    System.out.println(AutoComplete.bash("drover", Main.commandLine()));
    return Exit.OK;
  }
}
