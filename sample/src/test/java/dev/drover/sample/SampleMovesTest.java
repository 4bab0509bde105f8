package dev.drover.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Json;
import dev.drover.core.HomeId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sample engine moves under traffic, with the server and the gateways that all engines have.
class SampleMovesTest {
  private static final int WRITERS = 6;
  private static final int FILLED = 300;

  @TempDir Path directory;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private HttpResponse<String> ask(int port, String method, String key, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/map/orders/%s".formatted(port, key)))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aMapMovesThereAndBackWhileItIsWritten() throws Exception {
    try (SampleFleet fleet = new SampleFleet(directory)) {
      for (int i = 0; i < FILLED; i++) {
        assertThat(ask(fleet.gateways.getFirst(), "PUT", "f" + i, "v" + i).statusCode())
            .isEqualTo(200);
      }
      AtomicBoolean ended = new AtomicBoolean();
      Map<String, Integer> written = new ConcurrentHashMap<>();
      AtomicInteger wrong = new AtomicInteger();
      List<Exception> failed = new CopyOnWriteArrayList<>();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int port = fleet.gateways.get(i % 2);
        String key = "w" + i;
        writers.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        write(port, key, ended, written, wrong);
                      } catch (Exception e) {
                        failed.add(e);
                      }
                    }));
      }
      for (String to : List.of("green", "blue", "blue/orders-2", "green/orders", "blue")) {
        Json moved = fleet.move(to);
        assertThat(moved.text("outcome")).as("%s: %s", to, moved).isEqualTo("COMPLETED");
      }
      ended.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(failed).isEmpty();
      assertThat(wrong).hasValue(0);
      assertThat(written.values()).allMatch(count -> count > 10);
      for (Map.Entry<String, Integer> each : written.entrySet()) {
        String now = ask(fleet.gateways.getLast(), "GET", each.getKey(), "").body();
        assertThat(now).isEqualTo(Integer.toString(each.getValue()));
      }
      assertThat(ask(fleet.gateways.getLast(), "GET", "f7", "").body()).isEqualTo("v7");
      assertThat(new MapHome(new HomeId("green"), "127.0.0.1:" + fleet.green.port()).all("orders"))
          .isEmpty();
    }
  }

  /// Counts an entry up, each time by what was answered: an answer that is not one more than the
  /// last one shows a write that was lost or done twice.
  private void write(
      int port, String key, AtomicBoolean ended, Map<String, Integer> written, AtomicInteger wrong)
      throws Exception {
    int count = 0;
    while (!ended.get()) {
      HttpResponse<String> answer = ask(port, "POST", key, "");
      if (answer.statusCode() != 200 || Integer.parseInt(answer.body()) != ++count) {
        wrong.incrementAndGet();
      }
      written.put(key, count);
    }
  }
}
