package dev.drover.opensearch.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineEndsTest {
  @Test
  void itFindsWhatALoopFinds() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] in = new byte[random.nextInt(40)];
      for (int j = 0; j < in.length; j++) {
        // Around the byte that is looked for, and its neighbours with the high bit.
        in[j] =
            (byte)
                (random.nextInt(8) == 0
                    ? '\n'
                    : new int[] {9, 11, 0, 0x8A, 0x0B, 255}[random.nextInt(6)]);
      }
      int from = random.nextInt(in.length + 1);
      int to = from + random.nextInt(in.length - from + 1);
      int expected = -1;
      for (int j = from; j < to && expected < 0; j++) {
        expected = in[j] == '\n' ? j : -1;
      }
      assertThat(LineEnds.next(in, from, to)).isEqualTo(expected);
    }
  }
}
