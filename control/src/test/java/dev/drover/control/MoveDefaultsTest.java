package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A move that is asked for by the API is held to the configuration like one by the command.
final class MoveDefaultsTest {
  private static final ControllerOptions.MoveDefaults CONFIGURED =
      new ControllerOptions.MoveDefaults(Duration.ofSeconds(2), 100, 5_000);

  private static MoveRequest request(MoveBody body) throws Exception {
    return body.or(CONFIGURED)
        .request(text -> new PartitionId(Engine.FIRST, text), new MoveId("m"), 1);
  }

  @Test
  void whatAMoveDoesNotSayTheConfigurationSays() throws Exception {
    MoveRequest request = request(MoveBody.of("app:", "b"));
    assertThat(request.budget().pause()).isEqualTo(Duration.ofSeconds(2));
    assertThat(request.options()).isEqualTo(new MoverOptions(100, 5_000, false, false));
  }

  @Test
  void whatItSaysHolds() throws Exception {
    assertThat(request(MoveBody.of("app:", "b").withBudgetMillis(7)).budget().pause())
        .isEqualTo(Duration.ofMillis(7));
    assertThat(
            request(
                    MoveBodies.move(
                        "{\"partition\":\"app:\",\"to\":\"b\",\"itemsPerSecondMax\":0}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .options()
                .itemsPerSecondMax())
        .isZero();
  }
}
