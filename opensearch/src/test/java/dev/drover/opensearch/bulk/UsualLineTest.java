package dev.drover.opensearch.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsualLineTest {
  private static final String CHARACTERS = "abz019 :/'-_{}[],\\\"\u007f\u001f\u00e9\u20ac";

  private static String id(Random random) {
    StringBuilder id = new StringBuilder();
    int length = random.nextInt(20) == 0 ? 500 + random.nextInt(20) : random.nextInt(6);
    for (int i = 0; i < length; i++) {
      id.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return id.toString();
  }

  /// What is taken for a usual line is one for whoever reads it as JSON, and the same comes out.
  @ParameterizedTest
  @ValueSource(strings = {"shared:all-*", "index:acme-*#2", "cluster"})
  void itGivesWhatReadingItGives(String place) {
    Random random = new Random(3);
    BulkItems items =
        new BulkItems(
            new Documents("acme", Locator.parse(place)),
            Optional.of("orders"),
            Optional.empty(),
            () -> "fresh");
    int usual = 0;
    for (int i = 0; i < 20_000; i++) {
      String action = List.of("index", "create", "delete", "update").get(random.nextInt(4));
      String rest = random.nextInt(4) == 0 ? ",\"version\":3" : "";
      String text = "{\"%s\":{\"_id\":\"%s\"%s}}".formatted(action, id(random), rest);
      byte[] line = text.getBytes(StandardCharsets.UTF_8);
      ByteBuf out = Unpooled.buffer();
      if (items.usual(line, line.length, out)) {
        usual++;
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(read(items, line));
      } else {
        assertThat(out.isReadable()).isFalse();
      }
    }
    assertThat(usual).isGreaterThan(500);
  }

  /// The server takes a null for what is not there.
  @Test
  void anIndexThatIsNullIsTheOneOfTheUrl() throws Exception {
    byte[] line = "{\"index\":{\"_index\":null,\"_id\":\"1\"}}".getBytes(StandardCharsets.UTF_8);
    Documents documents = new Documents("acme", Locator.parse("shared:all-*"));
    var items = new BulkItems(documents, Optional.of("orders"), Optional.empty(), () -> "fresh");
    String rewritten = items.rewrite(line, 0, line.length).line();
    assertThat(rewritten).contains("\"acme:1\"").doesNotContain("null").doesNotContain("all-null");
    var nowhere = new BulkItems(documents, Optional.empty(), Optional.empty(), () -> "fresh");
    assertThatThrownBy(() -> nowhere.rewrite(line, 0, line.length)).isInstanceOf(Refused.class);
  }

  private static String read(BulkItems items, byte[] line) {
    try {
      BulkItems.Item item = items.rewrite(line, 0, line.length);
      assertThat(item.source()).isTrue();
      assertThat(item.update() || item.delete()).isFalse();
      return item.line();
    } catch (Refused e) {
      throw new AssertionError(new String(line, StandardCharsets.UTF_8), e);
    }
  }
}
