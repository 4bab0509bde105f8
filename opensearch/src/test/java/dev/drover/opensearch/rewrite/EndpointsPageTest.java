package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page of endpoints says what the code does. `-Ddrover.docs.write=true` writes it anew.
class EndpointsPageTest {
  private static final Path PAGE = Path.of("../docs/opensearch-endpoints.md");

  @Test
  void thePageIsWhatTheCodeDecides() throws IOException {
    if (Boolean.getBoolean("drover.docs.write")) {
      Files.writeString(PAGE, EndpointsPage.markdown());
    }
    assertThat(PAGE).content().isEqualTo(EndpointsPage.markdown());
  }
}
