package dev.drover.redis.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class RedisClientsTest {
  private static final long FIRST = (3L << 40) | (2L << 32);

  @Test
  void aValueThatIsTornIsNoNumber() {
    for (long value = FIRST; value < FIRST + 2_000; value++) {
      String text = Values.text(value);
      assertThat(Values.number(text)).isEqualTo(value);
      assertThat(Values.number(text + "x")).isNegative();
      if (!text.endsWith(":")) {
        assertThat(Values.number(text.substring(0, text.length() - 1))).isNegative();
        assertThat(Values.number(text.substring(0, text.length() - 1) + "!")).isNegative();
      }
    }
    assertThat(Values.number(null)).isZero();
    assertThat(Values.number("17")).isEqualTo(17);
    assertThat(Values.number("nonsense")).isNegative();
  }

  @Test
  void oneOfSomeHundredValuesIsLargeAndNoneIsLargerThanThreeMegabytes() {
    long[] large =
        LongStream.range(FIRST, FIRST + 30_000).filter(Values::large).limit(1_000).toArray();
    assertThat(large.length).isBetween(50, 200);
    assertThat(LongStream.of(large).map(value -> Values.text(value).length()))
        .allMatch(length -> length >= 1 << 20 && length < (3 << 20) + 30);
    assertThat(LongStream.range(1, 1_000).filter(Values::large)).isEmpty();
  }

  @Test
  void tryagainPromisesOnlyWhatItSays() {
    assertThat(RedisClients.refused("TRYAGAIN home 'h1' is given up: it is gone; nothing was sent"))
        .isTrue();
    assertThat(
            RedisClients.refused(
                "TRYAGAIN scope 't0:' moves to another home, and this request had not come as a"
                    + " whole; nothing was done, send it again"))
        .isTrue();
    assertThat(
            RedisClients.refused(
                "UNKNOWN home 'h1' is given up; the write may or may not have been done"))
        .isFalse();
    assertThat(
            RedisClients.refused("TRYAGAIN the gateway could not be sure of its lease; ask again"))
        .isFalse();
    assertThat(RedisClients.refused("QUIESCED writes are held")).isTrue();
    assertThat(RedisClients.refused("ERR nothing was done")).isFalse();
  }
}
