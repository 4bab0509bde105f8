package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.StoreException;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What controllers keep, as versions of Drover have written it. A file that was once released is
/// never changed.
final class StoredFormsTest {
  private static final PartitionId SCOPE = new PartitionId(Engine.FIRST, "app:ü/%");

  private static <T> T golden(String name, Class<T> type) throws IOException, StoreException {
    try (var in = StoredFormsTest.class.getResourceAsStream("/formats/1/" + name)) {
      byte[] written = Objects.requireNonNull(in).readAllBytes();
      T record = Records.decode(name, written, type);
      assertThat(new String(Records.encode(record), StandardCharsets.UTF_8))
          .isEqualTo(new String(written, StandardCharsets.UTF_8));
      return record;
    }
  }

  @Test
  void aMoveThatWaitsIsReadAsItWas() throws Exception {
    MoveRequest queued = golden("queued.json", MoveRequest.class);
    assertThat(queued.partition()).isEqualTo(SCOPE);
    assertThat(queued.to()).isEqualTo(new HomeId("green"));
    assertThat(queued.locator()).isEmpty();
  }

  @Test
  void aMoveThatHasEndedIsReadAsItWas() throws Exception {
    MoveSummary ended = golden("ended.json", MoveSummary.class);
    assertThat(ended.partition()).isEqualTo(SCOPE);
    assertThat(ended.outcome()).isEqualTo(MoveSummary.Result.ABORTED);
  }

  @Test
  void anAbortThatWasAskedForIsReadAsItWas() throws Exception {
    Aborts.Asked asked = golden("abort.json", Aborts.Asked.class);
    assertThat(asked.partition()).isEqualTo(SCOPE);
    assertThat(asked.move()).isEqualTo(new MoveId("m1"));
  }

  @Test
  void whatHasMorePartsTodayComesBackAsItWasWritten() throws Exception {
    MoveRequest old = golden("queued.json", MoveRequest.class);
    MoveRequest now =
        new MoveRequest(
            old.id(),
            old.order(),
            new PartitionId(new Engine("other"), "acme"),
            old.to(),
            Optional.of("index:acme"),
            old.budget(),
            old.barrier(),
            old.options());
    assertThat(Records.decode("k", Records.encode(now), MoveRequest.class)).isEqualTo(now);
  }
}
