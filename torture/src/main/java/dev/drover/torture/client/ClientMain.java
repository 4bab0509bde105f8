package dev.drover.torture.client;

import dev.drover.torture.history.HistoryWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A client process: workers that read and write through the gateways until standard input ends.
///
/// Its first line is `ready NANOS`, by which who has started it sees that both read the same clock.
public final class ClientMain {
  private ClientMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    ClientOptions options = ClientOptions.of(args);
    Counts counts = new Counts();
    ClientResources resources =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
    RedisClient redis = RedisClient.create(resources);
    try (HistoryWriter history = new HistoryWriter(options.history())) {
      List<Worker> workers = new ArrayList<>();
      for (int i = 0; i < options.workers(); i++) {
        workers.add(new Worker(options, i, redis, history, counts));
      }
      System.out.println("ready " + System.nanoTime());
      workers.forEach(Worker::start);
      awaitEndOfInput();
      for (Worker worker : workers) {
        worker.stop();
      }
    }
    new TreeMap<>(counts.reasons()).forEach((why, n) -> System.out.println(n + " x " + why));
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    System.exit(0);
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Nobody says anything; it only ends.
    }
  }
}
