package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.log.Variable;
import dev.drover.app.past.Repair;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Runs one server or gateway until the process is told to stop (SIGTERM, SIGINT).
///
/// | exit code | |
/// |---|---|
/// | 0 | it was told to stop, and stopped cleanly |
/// | 1 | it could not start |
/// | 2 | the configuration cannot be used |
public final class Launch {
  public static final int FAILED = 1;
  public static final int MISCONFIGURED = 2;
  private static final int USAGE_WORDS = 2;

  private Launch() {}

  /// `server FILE` or `gateway FILE NAME`.
  public static void main(String[] args) throws InterruptedException {
    if (args.length < USAGE_WORDS) {
      System.err.println("drover: server FILE, or gateway FILE NAME");
      System.exit(MISCONFIGURED);
    }
    Optional<String> fault = Variable.fault(System.getenv());
    if (fault.isPresent()) {
      System.err.println("drover: " + fault.get());
      System.exit(MISCONFIGURED);
    }
    int code;
    try {
      Config config = ConfigReader.read(Path.of(args[1]));
      code = args[0].equals("server") ? server(config) : gateway(config, args[args.length - 1]);
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      code = MISCONFIGURED;
    }
    System.exit(code);
  }

  /// Runs the server; returns only if it could not start.
  public static int server(Config config) throws InterruptedException {
    return server(config, ServerProcess.Accepted.NOTHING);
  }

  /// As the other.
  public static int server(Config config, ServerProcess.Accepted accepted)
      throws InterruptedException {
    Hangup hangup = Hangup.taken();
    try {
      ServerProcess server = ServerProcess.start(config, System.getenv(), accepted);
      hangup.runs(server::reload);
      run(server, server.ready());
      return 0;
    } catch (StartException e) {
      System.err.println("drover: " + e.getMessage());
      return e.exit();
    }
  }

  /// Mends a store by what homes and gateways bear witness to; says what it did, or would do.
  public static int repair(Config config, Map<PartitionId, HomeId> at, boolean write) {
    try {
      Repair.Result result = ServerProcess.repair(config, System.getenv(), at, write);
      result.lines().forEach(System.out::println);
      if (!result.needed()) {
        System.out.println("nothing speaks against the store; nothing is to be mended");
      } else if (!result.decided()) {
        System.out.println("nothing was changed: some partitions are undecided");
        return FAILED;
      } else if (write) {
        System.out.println("the store is mended; start the server, and then the gateways");
      } else {
        System.out.println(
            "nothing was changed; with --yes the plan is written. Moves that were queued, under way or owed are forgotten then");
      }
      return 0;
    } catch (StartException e) {
      System.err.println("drover: " + e.getMessage());
      return e.exit();
    }
  }

  /// Runs a gateway; returns only if it could not start.
  public static int gateway(Config config, String name) throws InterruptedException {
    Optional<Config.Gateway> gateway = config.gateway(name);
    if (gateway.isEmpty()) {
      System.err.println(
          "drover: "
              + config.file()
              + " names no gateway '"
              + name
              + "'; it names: "
              + String.join(", ", config.gatewayNames()));
      return MISCONFIGURED;
    }
    Hangup hangup = Hangup.taken();
    try {
      GatewayProcess process = GatewayProcess.start(config, gateway.get(), System.getenv());
      hangup.runs(process::reload);
      run(process, process.ready());
      return 0;
    } catch (StartException e) {
      System.err.println("drover: " + e.getMessage());
      return e.exit();
    }
  }

  private static void run(AutoCloseable process, String ready) throws InterruptedException {
    Thread hook = Thread.ofPlatform().name("shutdown").unstarted(() -> stop(process));
    Runtime.getRuntime().addShutdownHook(hook);
    System.out.println(ready);
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static void stop(AutoCloseable process) {
    try {
      process.close();
    } catch (Exception e) {
      System.err.println("drover: did not stop cleanly: " + e);
    }
    // The exit code of a process that a signal ends would be 143; it did what it was told.
    Runtime.getRuntime().halt(0);
  }
}
