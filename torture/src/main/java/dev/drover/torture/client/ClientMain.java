package dev.drover.torture.client;

import dev.drover.engine.Plugs;
import dev.drover.engine.torture.TortureClients;
import dev.drover.engine.torture.TortureKit;
import dev.drover.torture.history.HistoryWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A client process: workers that read and write through the gateways until standard input ends.
///
/// Its first line is `ready NANOS`, by which who has started it sees that both read the same clock.
public final class ClientMain {
  private ClientMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    ClientOptions options = ClientOptions.of(args);
    TortureKit kit = Plugs.of(options.homes().engine()).tortureKit().orElseThrow();
    Counts counts = new Counts();
    try (TortureClients clients = kit.clients(options.homes().facts());
        HistoryWriter history = new HistoryWriter(options.run().history())) {
      List<Worker> workers = new ArrayList<>();
      for (int i = 0; i < options.load().workers(); i++) {
        workers.add(new Worker(options, i, kit.families(), clients, history, counts));
      }
      System.out.println("ready " + System.nanoTime());
      workers.forEach(Worker::start);
      awaitEndOfInput();
      for (Worker worker : workers) {
        worker.stop();
      }
    }
    new TreeMap<>(counts.reasons()).forEach((why, n) -> System.out.println(n + " x " + why));
    System.exit(0);
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Nobody says anything; it only ends.
    }
  }
}
