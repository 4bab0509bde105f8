package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.gateway.GatewayRig.Raw;
import dev.drover.redis.testing.RawRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What many clients ask for at once, and never stop asking for, leaves room for one more.
@Timeout(90)
@Tag("alone")
class FairTurnsTest {
  private static final int FLOODS = 16;

  @Test
  void whoeverFloodsForEverStopsNobody() throws Exception {
    byte[] requests =
        "*2\r\n$4\r\nINCR\r\n$5\r\napp:f\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
    AtomicBoolean stop = new AtomicBoolean();
    LongAdder answered = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    List<Raw> floods = new ArrayList<>();
    try (GatewayRig rig = new GatewayRig();
        Raw bystander = rig.raw()) {
      try {
        for (int i = 0; i < FLOODS; i++) {
          Raw flood = rig.raw();
          floods.add(flood);
          threads.add(Thread.ofVirtual().start(() -> send(flood, requests, stop)));
          threads.add(Thread.ofVirtual().start(() -> read(flood, answered)));
        }
        while (answered.sum() < 1_000_000) {
          Thread.sleep(5);
        }
        for (int i = 1; i <= 200; i++) {
          long before = answered.sum();
          assertThat(bystander.send("INCR app:by\r\n").line()).isEqualTo(":" + i);
          // Each of the others may have some turns before it, never all that it wants. What is on
          // its way to the readers counts here as well: some megabytes of replies.
          assertThat(answered.sum() - before).isLessThan(4_000_000);
        }
      } finally {
        stop.set(true);
        for (Raw flood : floods) {
          flood.close();
        }
        for (Thread each : threads) {
          each.join();
        }
      }
      rig.await("passes", passes -> passes == 0);
    }
  }

  private static void send(Raw flood, byte[] requests, AtomicBoolean stop) {
    try {
      OutputStream out = flood.socket().getOutputStream();
      while (!stop.get()) {
        out.write(requests);
      }
    } catch (IOException e) {
      // Closed at the end of the test.
    }
  }

  private static void read(Raw flood, LongAdder bytes) {
    byte[] some = new byte[1 << 16];
    try {
      for (int n = flood.socket().getInputStream().read(some); n > 0; ) {
        bytes.add(n);
        n = flood.socket().getInputStream().read(some);
      }
    } catch (IOException e) {
      // Closed at the end of the test.
    }
  }

  @Test
  void aHugeValueIsNotAskedForByManyAtOnce() throws Exception {
    int readers = 60;
    List<Raw> raws = new ArrayList<>();
    try (GatewayRig rig = new GatewayRig();
        RawRedis home = rig.a.client()) {
      home.call("SET", "app:10m", "x".repeat(10_000_000));
      home.call("CONFIG", "RESETSTAT");
      for (int i = 0; i < readers; i++) {
        Raw raw = rig.raw();
        raws.add(raw);
        raw.send("GET app:10m\r\n".repeat(20));
      }
      // Six fit into the room for large replies of each of two event loops.
      while (gets(home) < 12) {
        Thread.sleep(5);
      }
      try (Raw other = rig.raw()) {
        assertThat(other.send("SET app:x 1\r\n").line()).isEqualTo("+OK");
        assertThat(other.send("GET app:x\r\n").line()).isEqualTo("$1");
      }
      // One for each event loop that found out, and one that was asked meanwhile.
      assertThat(gets(home)).isLessThanOrEqualTo(12 + 2 + 2);
    } finally {
      for (Raw raw : raws) {
        raw.close();
      }
    }
  }

  private static long gets(RawRedis home) throws IOException {
    return Arrays.stream(((String) home.call("INFO", "commandstats")).split("\r\n", -1))
        .filter(line -> line.startsWith("cmdstat_get:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("^cmdstat_get:calls=(\\d+).*", "$1")))
        .findFirst()
        .orElse(0);
  }

  @Test
  void aLengthThatIsOnlyAnnouncedTakesNothingFromAHome() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis home = rig.a.client();
        Raw one = rig.raw();
        Raw other = rig.raw()) {
      long before = memory(home);
      one.send("*3\r\n$3\r\nSET\r\n$5\r\napp:x\r\n$536870912\r\nabc");
      rig.await("passes", passes -> passes > 0);
      assertThat(other.send("SET app:y 1\r\n").line()).isEqualTo("+OK");
      assertThat(memory(home) - before).isLessThan(50 << 20);
    }
  }

  @Test
  void whatIsAnnouncedIsBoundedAndWhoDoesNotSendItMakesRoom() throws Exception {
    int senders = 20;
    String begin = "*3\r\n$3\r\nSET\r\n$5\r\napp:x\r\n$30000000\r\n" + "x".repeat(40_000);
    List<Raw> raws = new ArrayList<>();
    try (GatewayRig rig = new GatewayRig();
        RawRedis home = rig.a.client()) {
      long before = memory(home);
      for (int i = 0; i < senders; i++) {
        raws.add(rig.raw().send(begin));
      }
      for (Raw raw : raws) {
        raw.socket().setSoTimeout(60_000);
      }
      // Two for each of two event loops; the others wait for room, until those have stood still
      // for too long.
      while (memory(home) - before < 4 * 30_000_000L) {
        Thread.sleep(5);
      }
      try (Raw honest = rig.raw()) {
        honest.socket().setSoTimeout(60_000);
        honest.send("*3\r\n$3\r\nSET\r\n$5\r\napp:h\r\n$30000000\r\n");
        honest.send("x".repeat(30_000_000) + "\r\n");
        assertThat(honest.line()).isEqualTo("+OK");
      }
      assertThat(memory(home) - before).isLessThan(6 * 31_000_000L);
      assertThat(raws.getFirst().line()).startsWith("-TRYAGAIN").contains("nothing was done");
    } finally {
      for (Raw raw : raws) {
        raw.close();
      }
    }
  }

  @Test
  void whoeverDripsAHugeArgumentIsCutOffAlsoWhenNobodyWaits() throws Exception {
    try (GatewayRig rig = new GatewayRig();
        RawRedis home = rig.a.client();
        Raw raw = rig.raw()) {
      long before = memory(home);
      raw.send("*3\r\n$3\r\nSET\r\n$5\r\napp:x\r\n$100000000\r\n" + "x".repeat(40_000));
      raw.socket().setSoTimeout(100);
      String answer = null;
      while (answer == null) {
        try {
          answer = raw.line();
        } catch (SocketTimeoutException e) {
          raw.send("xxx");
        }
      }
      assertThat(answer).startsWith("-TRYAGAIN").contains("less than 1 MB a second");
      while (memory(home) - before > 10 << 20) {
        Thread.sleep(5);
      }
    }
  }

  private static long memory(RawRedis home) throws IOException {
    return Arrays.stream(((String) home.call("INFO", "memory")).split("\r\n", -1))
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length())))
        .findFirst()
        .orElseThrow();
  }
}
