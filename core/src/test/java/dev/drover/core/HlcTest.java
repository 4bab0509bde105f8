package dev.drover.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HlcTest {
  @Test
  void stampsGrowAlsoWhenTheWallClockJumpsBack() {
    Hlc first = Hlc.ZERO.next(1_000);
    Hlc second = first.next(500);
    assertThat(second).isGreaterThan(first);
    assertThat(second.millis()).isEqualTo(1_000);
  }

  @Test
  void aFullCounterMovesOnToTheNextMillisecond() {
    Hlc full = new Hlc(7, Hlc.COUNTER_MAX);
    assertThat(full.next(3)).isEqualTo(new Hlc(8, 0));
  }

  @Test
  void aStampThatWasReceivedIsPassed() {
    Hlc mine = new Hlc(5, 0);
    Hlc received = new Hlc(9, 4);
    assertThat(mine.next(received, 6)).isEqualTo(new Hlc(9, 5));
  }

  @Test
  void aStampIsReadAsItIsWritten() {
    assertThat(Hlc.parse(new Hlc(123, 45).toString())).isEqualTo(new Hlc(123, 45));
    assertThatThrownBy(() -> Hlc.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void crc32cIsCastagnolis() {
    // The check value of the CRC catalogue for CRC-32/ISCSI.
    assertThat(Crc32c.of("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283L);
  }
}
