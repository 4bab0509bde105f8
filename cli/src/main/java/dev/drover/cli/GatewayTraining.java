package dev.drover.cli;

import dev.drover.app.GatewayProcess;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Does once what a gateway does, of each engine, and nothing else: what the JVM writes down of it
/// is what a gateway keeps in memory for as long as it runs. All that is around it is in another
/// process ([TrainingSurroundings]).
final class GatewayTraining {
  private GatewayTraining() {}

  static void run() throws Exception {
    Process around =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingSurroundings.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = around.inputReader(StandardCharsets.UTF_8);
        BufferedWriter to = around.outputWriter(StandardCharsets.UTF_8)) {
      Config config = ConfigReader.read(Path.of(line(told)));
      List<GatewayProcess> gateways = new ArrayList<>();
      for (Config.Gateway each : config.gateways()) {
        GatewayProcess gateway = GatewayProcess.start(config, each, Map.of());
        gateways.add(gateway);
        System.out.println(gateway.ready());
      }
      to.write("go\n");
      to.flush();
      System.out.println("clients: " + line(told));
      gateways.forEach(GatewayProcess::close);
    } finally {
      around.destroy();
    }
  }

  private static String line(BufferedReader from) throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new IOException("what is around the gateways has ended too early");
    }
    return line;
  }
}
