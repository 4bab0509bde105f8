package dev.drover.app.past;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import dev.drover.app.config.Config;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `explain`, `status` and `abort` say of a move that is held up: the same cause, since when,
/// for how long at most, and the remedy.
@Timeout(120)
@Tag("alone")
class ExplainTest {
  private static final int KEYS = 2_000;
  private static final String LOOP =
      "local t = redis.call('TIME') local e = t[1] * 1000 + t[2] / 1000 + ARGV[1]"
          + " repeat t = redis.call('TIME') until t[1] * 1000 + t[2] / 1000 > e return 1";

  @TempDir Path directory;

  private interface Story {
    void tell(Site site) throws Exception;
  }

  private void at(Story story) throws Exception {
    at(KEYS, story);
  }

  private void at(int entries, Story story) throws Exception {
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess green = RedisServerProcess.start(Version.V6_2)) {
      Site site = new Site(directory, blue, green);
      Config config = site.config();
      try (ServerProcess _ = site.server(config);
          GatewayProcess _ = site.gateway(config)) {
        try (RawRedis keys = new RawRedis(blue.port())) {
          for (int i = 0; i < entries; i++) {
            keys.call("SET", "app:" + i, "1");
          }
        }
        story.tell(site);
      }
    }
  }

  /// Each request of a move waits for scripts: the fewer there are, the more moves there are.
  private static final int KEYS_AMONG_SCRIPTS = 10;

  private static final int SCRIPTS = 4;
  private static final int SCRIPT_MILLIS = 150;

  private static void begin(Site site, Map<String, Object> more) throws Exception {
    begin(site, "green", more);
  }

  private static void begin(Site site, String to, Map<String, Object> more) throws Exception {
    Map<String, Object> body = new HashMap<>(more);
    body.put("partition", "app:");
    body.put("to", to);
    site.client().post("/v1/moves", body);
  }

  private static Json explain(Site site) throws Exception {
    return site.client().json("/v1/explain?partition=app%3A");
  }

  private static List<String> status(Site site) throws Exception {
    List<String> all = new ArrayList<>();
    for (Json move : site.client().json("/v1/status").items("moves")) {
      all.addAll(Text.waits(move));
    }
    return all;
  }

  private static List<String> abort(Site site) throws Exception {
    return Text.waits(Json.parse(site.client().post("/v1/abort?partition=app%3A", Map.of())));
  }

  /// The line that names the cause, as soon as it is said.
  private static String line(Site site, String cause) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<String> last = List.of();
    while (System.nanoTime() < end) {
      Json explained = explain(site);
      last = Text.waits(explained);
      for (String line : last) {
        if (line.contains(cause)) {
          System.out.println("app: " + explained.text("situation") + " | " + line);
          return line;
        }
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("nothing says '" + cause + "', but: " + last);
  }

  /// A line that stands for a part of a second, as it is said of one of several moves to and fro.
  private static String lineOfMoves(Site site, String cause, Map<String, Object> more)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    String home = "blue";
    while (System.nanoTime() < end) {
      home = home.equals("blue") ? "green" : "blue";
      begin(site, home, more);
      Json explained;
      do {
        explained = explain(site);
        for (String line : Text.waits(explained)) {
          if (line.contains(cause)) {
            return line;
          }
        }
      } while (System.nanoTime() < end
          && !explained.text("situation").equals("is at " + home + "; no move is running"));
    }
    throw new AssertionError("no move says '" + cause + "'");
  }

  private static void awaitRest(Site site) throws Exception {
    while (!explain(site).text("stage").equals("At rest")) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// A home runs one script at a time. So of several clients some always wait with a pass, also
  /// when the hold begins, and mostly for long enough to be told.
  @Test
  void aScriptWithAPassIsNamedWithItsClient() throws Exception {
    at(
        KEYS_AMONG_SCRIPTS,
        site -> {
          Set<String> clients = ConcurrentHashMap.newKeySet();
          CompletableFuture<Void> stop = new CompletableFuture<>();
          List<CompletableFuture<Void>> scripts = new ArrayList<>();
          for (int i = 0; i < SCRIPTS; i++) {
            scripts.add(beside(() -> loop(site, clients, stop)));
          }
          try {
            String line = lineOfMoves(site, "holds a pass", Map.of("budgetMillis", 20_000));
            String client = line.substring("client ".length(), line.indexOf(": eval"));
            assertThat(clients).contains(client);
            assertThat(line)
                .startsWith("client " + client + ": eval app:q:1, ")
                .contains(" s old, at gateway g1; it holds a pass")
                .contains("cannot confirm Cutover")
                .containsPattern("since \\d\\d:\\d\\d:\\d\\d")
                .containsPattern("until \\d\\d:\\d\\d:\\d\\d at the latest")
                .containsPattern(
                    "To end it now: SCRIPT KILL at home '(blue|green)', or stop that client");
          } finally {
            stop.complete(null);
          }
          scripts.forEach(CompletableFuture::join);
          awaitRest(site);
          assertThat(Text.waits(explain(site))).isEmpty();
        });
  }

  /// On a thread of its own: the common pool has one on a small machine.
  private static CompletableFuture<Void> beside(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofVirtual().start(task));
  }

  private static void loop(Site site, Set<String> clients, CompletableFuture<Void> stop) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.gatewayPort())) {
      clients.add("127.0.0.1:" + socket.getLocalPort());
      while (!stop.isDone()) {
        byte[] request =
            "*5\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n1\r\n$7\r\napp:q:1\r\n$4\r\n%04d\r\n"
                .formatted(LOOP.length(), LOOP, SCRIPT_MILLIS)
                .getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(request);
        int next = socket.getInputStream().read();
        while (next != '\n') {
          if (next < 0) {
            throw new IOException("the gateway has closed the connection");
          }
          next = socket.getInputStream().read();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anUnfinishedRequestIsCutOffAndNeverBlamed() throws Exception {
    at(
        site -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.gatewayPort())) {
            String half =
                "*3\r\n$5\r\nRPUSH\r\n$5\r\napp:l\r\n$2000000\r\n" + "x".repeat(1_000_000);
            socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
            begin(site, Map.of());
            List<String> said = new ArrayList<>();
            while (!site.client()
                .json("/v1/partitions")
                .items()
                .getFirst()
                .text("home")
                .equals("green")) {
              said.addAll(Text.waits(explain(site)));
            }
            byte[] answer = socket.getInputStream().readNBytes(9);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("-TRYAGAIN");
            assertThat(said).noneMatch(line -> line.contains(":" + socket.getLocalPort()));
            awaitRest(site);
            assertThat(explain(site).text("situation"))
                .isEqualTo("is at green; no move is running");
          }
        });
  }

  @Test
  void aHomeThatIsFrozenIsNamedByAll() throws Exception {
    at(
        site -> {
          begin(site, Map.of("itemsPerSecondMax", 200));
          line(site, "the copy to end");
          site.green.pauseProcess();
          String line = line(site, "home 'green' (");
          assertThat(line).contains("no answer").contains("See whether it runs");
          assertThat(status(site)).anyMatch(said -> said.startsWith("home 'green' ("));
          List<String> aborting = abort(site);
          assertThat(aborting).anyMatch(said -> said.startsWith("home 'green' ("));
          assertThat(line(site, "the last try failed"))
              .startsWith("taking away what was copied to green to end")
              .contains("Bring home 'green' back");
          assertThat(explain(site).text("situation"))
              .isEqualTo(
                  "is at blue; its move was aborted (an operator asked for it); taking away what was copied to green");
          site.green.resumeProcess();
          awaitRest(site);
        });
  }

  @Test
  void aKeyThatKeepsChangingIsNamedWithTheEndOfPatience() throws Exception {
    at(
        site -> {
          try (RawRedis big = new RawRedis(site.blue.port());
              RawRedis hot = new RawRedis(site.gatewayPort())) {
            for (int i = 0; i < 100; i++) {
              String[] elements = new String[1_002];
              Arrays.fill(elements, "0");
              elements[0] = "RPUSH";
              elements[1] = "app:hot";
              big.call(elements);
            }
            CompletableFuture<Void> stop = new CompletableFuture<>();
            CompletableFuture<Void> writer =
                beside(
                    () -> {
                      for (int i = 0; !stop.isDone(); i++) {
                        try {
                          hot.call("LSET", "app:hot", "" + i * 7_919L % 100_000, "" + i);
                        } catch (IOException e) {
                          throw new UncheckedIOException(e);
                        }
                      }
                    });
            try {
              begin(site, Map.of("budgetMillis", 1));
              String line = line(site, "most of it for key app:hot, which keeps changing");
              assertThat(line)
                  .startsWith("the tail to fit the budget")
                  .containsPattern(
                      "until \\d\\d:\\d\\d:\\d\\d at the latest, then the move is aborted")
                  .contains("longer --budget");
              assertThat(status(site))
                  .anyMatch(said -> said.startsWith("the tail to fit the budget"));
              abort(site);
              awaitRest(site);
            } finally {
              stop.complete(null);
            }
            writer.join();
          }
        });
  }
}
