package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.HomeId;
import dev.drover.store.records.WitnessRecord;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FallbacksTest {
  @Test
  void aServerAndMoreThanHalfOfTheGatewaysHaveToSayThatAHomeIsLost() {
    assertThat(Fallbacks.agreed(said("server"), 3)).as("only the server").isFalse();
    assertThat(Fallbacks.agreed(said("g1", "g2", "g3"), 3)).as("not the server").isFalse();
    assertThat(Fallbacks.agreed(said("server", "g1"), 3)).as("one of three").isFalse();
    assertThat(Fallbacks.agreed(said("server", "g1"), 2)).as("one of two").isFalse();
    assertThat(Fallbacks.agreed(said("server", "g1", "g2"), 3)).isTrue();
    assertThat(Fallbacks.agreed(said("server", "g1"), 1)).isTrue();
    assertThat(Fallbacks.agreed(said("server"), 0)).as("nobody is served").isFalse();
  }

  private static List<WitnessRecord> said(String... who) {
    return Arrays.stream(who)
        .map(
            name ->
                new WitnessRecord(
                    new HomeId("a"), name, !name.equals("server"), 0, "connection refused", ""))
        .toList();
  }
}
