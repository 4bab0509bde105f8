package dev.drover.app.demo;

import dev.drover.app.StartException;
import dev.drover.engine.Ports;
import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.local.HomeProgram.Durability;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Two homes on loopback, where they listen.
///
/// @param blue where the partition is at first
public record DemoHomes(int blue, int green) {
  private static final long START_MILLIS_MAX = 60_000;
  private static final long ASK_MILLIS = 20;

  /// Starts them; returns when both serve.
  ///
  /// @param binary what runs them; empty for what the engine finds
  /// @throws StartException if one does not serve
  public static DemoHomes start(LocalHomes homes, Optional<Path> binary, DemoProcesses in)
      throws StartException, IOException, InterruptedException {
    HomeProgram program = homes.program(binary, in.directory());
    DemoHomes both = new DemoHomes(Ports.free(), Ports.free());
    Path blue = launch(program, "blue", both.blue, in);
    Path green = launch(program, "green", both.green, in);
    await(program, both.blue, blue, in);
    await(program, both.green, green, in);
    return both;
  }

  /// @return its log
  private static Path launch(HomeProgram program, String name, int port, DemoProcesses in)
      throws IOException {
    Path data = Files.createDirectory(in.directory().resolve("home-" + name));
    Path log = in.directory().resolve(name + ".log");
    in.start(program.command(port, data, Durability.NONE), log);
    return log;
  }

  private static void await(HomeProgram program, int port, Path log, DemoProcesses in)
      throws StartException, IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (!serves(program, port)) {
      if (!in.allRun() || System.nanoTime() > end) {
        throw new StartException("a home did not start: " + Files.readString(log).strip(), null);
      }
      Thread.sleep(ASK_MILLIS);
    }
  }

  private static boolean serves(HomeProgram program, int port) {
    try {
      return program.serves(port);
    } catch (IOException e) {
      return false;
    }
  }
}
