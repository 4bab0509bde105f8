package dev.drover.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.client.Terminal;
import dev.drover.torture.Torture;
import dev.drover.torture.TortureOptions;
import dev.drover.torture.TortureResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The sample engine is tortured as any other is.
@Tag("alone")
class SampleTortureTest {
  private static final Duration LASTS = Duration.ofSeconds(20);
  private static final long SEED = 7;

  private static TortureResult tortured(TortureOptions options, ByteArrayOutputStream said)
      throws Exception {
    return new Torture(
            options, Terminal.of(new PrintStream(said, true, StandardCharsets.UTF_8), Map.of()))
        .run();
  }

  @Test
  void nothingAcknowledgedIsLostUnderFaults() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    TortureResult result =
        tortured(TortureOptions.defaults(LASTS, SEED).of(MapTraits.ENGINE), said);
    assertThat(result.well()).as(said.toString(StandardCharsets.UTF_8)).isTrue();
    assertThat(result.operations().done()).isGreaterThan(100);
    assertThat(result.moves().completed()).isPositive();
  }

  @Test
  void whatIsWrittenPastTheGatewaysIsFound() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    TortureResult result =
        tortured(
            TortureOptions.defaults(LASTS.dividedBy(2), SEED).of(MapTraits.ENGINE).sabotaged(),
            said);
    assertThat(result.verdict().findings()).isNotEmpty();
  }
}
