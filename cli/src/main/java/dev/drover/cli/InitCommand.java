package dev.drover.cli;

import dev.drover.app.config.InitFile;
import dev.drover.app.config.TokenFile;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover init`.
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Write a configuration in which every key is explained, with its default.",
    footer = {"", "Examples:", "  drover init", "  drover init /etc/drover/drover.yaml"})
final class InitCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "drover.yaml",
      description = "Where; must not exist yet. Default: drover.yaml")
  private Path file = Path.of("drover.yaml");

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = Names.Engines.class,
      description = "The engine that the configuration begins with. Default: the first.")
  private String engine = Plugs.names().getFirst();

  @Override
  public Integer call() throws Failure {
    Plug plug = EngineOption.plug(engine);
    Path token = file.resolveSibling(InitFile.TOKEN);
    Path gatewayToken = file.resolveSibling(InitFile.GATEWAY_TOKEN);
    try {
      for (Path each : List.of(token, gatewayToken)) {
        if (!Files.exists(file) && !Files.exists(each)) {
          TokenFile.write(each);
        }
      }
      Files.writeString(file, InitFile.text(plug), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          Exit.FAILED,
          file + " exists already; nothing was changed",
          "remove it first, or name another file",
          e);
    } catch (NoSuchFileException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write " + file + ": its directory does not exist",
          "make the directory first, or name another file",
          e);
    } catch (AccessDeniedException e) {
      throw new Failure(
          Exit.FAILED,
          "cannot write " + file + ": you may not write to its directory",
          "name a file elsewhere, such as 'drover init ~/drover.yaml'",
          e);
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot write " + file + ": " + e, "", e);
    }
    System.out.printf(
        "wrote %s (for commands) and %s (for gateways), which only you can read: they are shown to the server%n",
        token, gatewayToken);
    System.out.println(
        "wrote %s: name your homes and %s in it, then 'drover server'"
            .formatted(file, plug.traits().nouns().partitions()));
    return Exit.OK;
  }
}
