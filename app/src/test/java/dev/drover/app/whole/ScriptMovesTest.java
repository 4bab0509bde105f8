package dev.drover.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.MoveSummary;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Scripts and functions write through moves like any other command.
@Timeout(180)
@Tag("alone")
class ScriptMovesTest {
  private static final int WRITERS_EACH = 6;
  private static final int MOVES = 8;
  private static final String SCRIPT = "return redis.call('INCR', KEYS[1])";
  private static final String LIBRARY =
      "#!lua name=lib\nredis.register_function('add', function(keys, args) return"
          + " redis.call('INCR', keys[1]) end)";

  @TempDir Path data;

  /// How a writer increments its counter.
  private enum Way {
    EVAL,
    EVALSHA,
    FCALL,
    INCR
  }

  /// One client that increments a counter of its own, and what it was told.
  private static final class Writer {
    private final String key;
    private final Way way;
    private final Thread thread;
    private long acknowledged;
    private long unknown;
    private long highest;
    private final List<String> wrong = new ArrayList<>();

    Writer(Way way, int number, int port, AtomicBoolean stop) {
      this.way = way;
      this.key = "app:" + way + ":" + number;
      this.thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (RawRedis client = new RawRedis(port)) {
                      while (!stop.get()) {
                        write(client, request());
                      }
                    } catch (IOException e) {
                      wrong.add(e.toString());
                    }
                  });
    }

    private void write(RawRedis client, String... request) throws IOException {
      try {
        long value = (Long) client.call(request);
        acknowledged++;
        if (value <= highest) {
          wrong.add(key + " went back from " + highest + " to " + value);
        }
        highest = value;
      } catch (RawRedis.Refused e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("NOSCRIPT")) {
          write(client, "EVAL", SCRIPT, "1", key);
        } else if (message.contains("may or may not")) {
          unknown++;
        } else if (!message.contains("nothing was done")) {
          wrong.add(message);
        }
      }
    }

    private String[] request() {
      return switch (way) {
        case EVAL -> new String[] {"EVAL", SCRIPT, "1", key};
        case EVALSHA ->
            new String[] {"EVALSHA", "61636018f4e6b5817b89791bbed242f93fa089e3", "1", key};
        case FCALL -> new String[] {"FCALL", "add", "1", key};
        case INCR -> new String[] {"INCR", key};
      };
    }
  }

  @Test
  void eightMovesUnderScriptsAndFunctionsLoseNothingAndDoNothingTwice() throws Exception {
    Assumptions.assumeTrue(
        RedisServerProcess.available(Version.INSTALLED), "needs an installed redis-server");
    try (RedisServerProcess a = RedisServerProcess.start(Version.INSTALLED);
        RedisServerProcess b = RedisServerProcess.start(Version.INSTALLED);
        RawRedis atA = a.client();
        RawRedis atB = b.client();
        Fleet fleet = new Fleet(data, a, b)) {
      atA.call("FUNCTION", "LOAD", LIBRARY);
      atB.call("FUNCTION", "LOAD", LIBRARY);
      GatewayServer[] gateways = {
        fleet.gateway("g1", GatewayMode.LEASED), fleet.gateway("g2", GatewayMode.LEASED)
      };
      AtomicBoolean stop = new AtomicBoolean();
      List<Writer> writers = new ArrayList<>();
      for (Way way : Way.values()) {
        for (int i = 0; i < WRITERS_EACH; i++) {
          writers.add(new Writer(way, i, gateways[i % 2].port(), stop));
        }
      }
      try {
        for (int i = 0; i < MOVES; i++) {
          MoveSummary move = fleet.move(i % 2 == 0 ? "b" : "a");
          assertThat(move.outcome()).isEqualTo(MoveSummary.Result.COMPLETED);
          Thread.sleep(300);
        }
      } finally {
        stop.set(true);
      }
      long acknowledged = 0;
      long lost = 0;
      long twice = 0;
      for (Writer writer : writers) {
        writer.thread.join();
        assertThat(writer.wrong).isEmpty();
        Object kept = atA.call("GET", writer.key);
        long value = kept.equals("nil") ? 0 : Long.parseLong((String) kept);
        acknowledged += writer.acknowledged;
        lost += Math.max(0, writer.acknowledged - value);
        twice += Math.max(0, value - writer.acknowledged - writer.unknown);
      }
      System.out.printf("%d acknowledged, %d lost, %d twice%n", acknowledged, lost, twice);
      assertThat(lost).isZero();
      assertThat(twice).isZero();
      assertThat(acknowledged).isGreaterThan(1_000);
    }
  }
}
