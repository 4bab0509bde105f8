package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.gateway.GatewayRig.Setup;
import dev.drover.redis.testing.RawRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What one client does must not harm another. Beside each hostile pattern ten bystanders write and
/// read, a scope moves, and afterwards everything is given back.
@Timeout(120)
@Tag("alone")
class NeighboursTest {
  private static final int BYSTANDERS = 10;
  private static final long MOMENT_MILLIS = 1_500;

  /// Of the home, which holds 40 MB of values: what hostile clients may add to that.
  private static final long HOME_BYTES_MAX = 1L << 30;

  /// How fast bystanders are is measured elsewhere; being stopped is a fault anywhere.
  private static final long STOPPED_NANOS = 2_000_000_000L;

  private static final int SAMPLES = 1_000;

  private GatewayRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new GatewayRig(Setup.usual());
    try (RawRedis a = rig.a.client()) {
      a.call("SET", "app:3m", "x".repeat(3_000_000));
      a.call("SET", "app:900k", "x".repeat(900_000));
      a.call("SET", "app:10m", "x".repeat(10_000_000));
    }
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static final byte[] HALF =
      ("*3\r\n$3\r\nSET\r\n$5\r\napp:x\r\n$900000\r\n" + "x".repeat(800_000))
          .getBytes(StandardCharsets.US_ASCII);

  /// What a hostile client does with its connection.
  enum Pattern {
    READS_NO_REPLIES(30) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("GET", "app:900k"), 4_000);
      }
    },
    READS_NO_LARGE_REPLIES(30) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("GET", "app:3m"), 1_000);
      }
    },
    READS_NO_HUGE_REPLIES(30) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("GET", "app:10m"), 20);
      }
    },
    ASKS_AFTER_SMALL_ONES(20) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("GET", "app:none"), 500);
        socket.getInputStream().readNBytes(500 * 5);
        repeat(socket, array("GET", "app:900k"), 4_000);
      }
    },
    READS_SLOWLY(10) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("GET", "app:3m"), 3);
        socket.getInputStream().readNBytes(100_000);
      }
    },
    SENDS_HALVES(400) {
      @Override
      void begin(Socket socket) throws IOException {
        socket.getOutputStream().write(HALF);
      }
    },
    SENDS_LARGE_HALVES(20) {
      @Override
      void begin(Socket socket) throws IOException {
        socket
            .getOutputStream()
            .write(
                ("*3\r\n$3\r\nSET\r\n$5\r\napp:x\r\n$9000000\r\n" + "x".repeat(2_000_000))
                    .getBytes(StandardCharsets.US_ASCII));
      }
    },
    FLOODS(8) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("PING") + array("INFO") + array("NONSENSE"), 20_000);
      }
    },
    BLOCKS_IN_DISGUISE(20) {
      @Override
      void begin(Socket socket) throws IOException {
        repeat(socket, array("XREAD", "BLOCK\0", "0", "STREAMS", "app:s", "$"), 10);
        repeat(socket, array("BLPOP", "app:nothing", "0") + array("WAIT", "9", "0"), 10);
      }
    },
    ONLY_CONNECTS(1_500) {
      @Override
      void begin(Socket socket) {}
    };

    private final int clients;

    Pattern(int clients) {
      this.clients = clients;
    }

    abstract void begin(Socket socket) throws IOException;

    static void repeat(Socket socket, String request, int times) throws IOException {
      byte[] all = request.repeat(times).getBytes(StandardCharsets.ISO_8859_1);
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < all.length; at += 1 << 14) {
        out.write(all, at, Math.min(1 << 14, all.length - at));
      }
    }
  }

  private static String array(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return request.toString();
  }

  /// Ten clients with one request at a time, until they are told to stop.
  private final class Bystanders {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    Bystanders() {
      for (int i = 0; i < BYSTANDERS; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> run(number)));
      }
    }

    private void run(int number) {
      try (Raw raw = rig.raw()) {
        raw.socket().setTcpNoDelay(true);
        for (int i = 0; !stop.get(); i++) {
          long begin = System.nanoTime();
          String key = "app:by:" + number;
          String answer =
              i % 2 == 0
                  ? raw.send("SET " + key + " v\r\n").line()
                  : raw.send("STRLEN " + key + "\r\n").line();
          took(System.nanoTime() - begin);
          // The new home of this rig begins with nothing.
          if (!(i % 2 == 0 ? answer.equals("+OK") : answer.matches(":[01]"))) {
            wrong(answer);
            return;
          }
        }
      } catch (IOException e) {
        wrong(e.toString());
      }
    }

    private synchronized void took(long each) {
      nanos.add(each);
    }

    /// Whether none of them has seen anything wrong.
    synchronized boolean going() {
      return wrong.isEmpty();
    }

    synchronized int measured() {
      return nanos.size();
    }

    /// The p99 of what was measured since the last look, in nanoseconds.
    synchronized long p99() {
      List<Long> sorted = nanos.stream().sorted().toList();
      nanos.clear();
      return sorted.get(sorted.size() * 99 / 100);
    }

    private synchronized void wrong(String what) {
      wrong.add(what);
    }

    synchronized List<String> end() throws InterruptedException {
      stop.set(true);
      return wrong;
    }

    void join() throws InterruptedException {
      for (Thread each : threads) {
        each.join();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Pattern.class)
  void bystandersGoOnMovesGoThroughAndAllIsGivenBack(Pattern pattern) throws Exception {
    List<Socket> hostile = new ArrayList<>();
    List<Thread> begun = new ArrayList<>();
    Bystanders bystanders = new Bystanders();
    try (RawRedis home = rig.a.client()) {
      await(bystanders, SAMPLES);
      bystanders.p99();
      await(bystanders, SAMPLES);
      long rest = bystanders.p99();
      long peakBefore = memory(home, "used_memory_peak");
      for (int i = 0; i < pattern.clients; i++) {
        Socket socket = rig.raw().socket();
        socket.setSoTimeout(0);
        hostile.add(socket);
        begun.add(Thread.ofVirtual().start(() -> attack(pattern, socket)));
      }
      Thread.sleep(MOMENT_MILLIS);
      await(bystanders, 2 * SAMPLES);
      long beside = bystanders.p99();
      rig.drain();
      rig.hold();
      rig.flip();
      await(bystanders, BYSTANDERS);
      assertThat(bystanders.end()).isEmpty();
      bystanders.join();
      assertThat(bystanders.end()).isEmpty();
      long more = memory(home, "used_memory_peak") - peakBefore;
      System.out.printf(
          "%s: p99 at rest %.1f ms, beside it %.1f ms, the home's memory +%d MB%n",
          pattern, rest / 1e6, beside / 1e6, more >> 20);
      assertThat(beside).isLessThan(STOPPED_NANOS);
      assertThat(more).isLessThan(HOME_BYTES_MAX);
    } finally {
      bystanders.end();
      for (Socket socket : hostile) {
        socket.close();
      }
      for (Thread each : begun) {
        each.join();
      }
    }
    rig.await("clients", clients -> clients == 0);
    rig.await("passes", passes -> passes == 0);
    rig.await("kept.bytes", bytes -> bytes == 0);
    try (RawRedis home = rig.a.client()) {
      while (memory(home, "used_memory") > 300L << 20) {
        Thread.sleep(10);
      }
    }
  }

  private static void await(Bystanders bystanders, int samples) throws InterruptedException {
    while (bystanders.measured() < samples && bystanders.going()) {
      Thread.sleep(5);
    }
  }

  private static void attack(Pattern pattern, Socket socket) {
    try {
      pattern.begin(socket);
    } catch (IOException e) {
      // Its connection was closed, by the gateway or at the end of the test.
    }
  }

  private static long memory(RawRedis home, String name) throws IOException {
    String info = (String) home.call("INFO", "memory");
    return Arrays.stream(info.split("\r\n", -1))
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
