package dev.drover.opensearch.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldInjectionTest {
  private static final Documents ACME = new Documents("acme", Locator.parse("shared:all-*:own"));

  private static String with(String document, int cut) throws Refused {
    FieldInjection injection = FieldInjection.of(ACME).orElseThrow();
    byte[] in = document.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer();
    for (int from = 0; from < in.length; from += cut) {
      injection.write(in, from, Math.min(in.length, from + cut), out);
    }
    injection.end();
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|{\"own\":\"acme\"}",
        "{\"a\":1}|{\"own\":\"acme\",\"a\":1}",
        "{ \"a\" : {\"own\":2} }|{ \"own\":\"acme\",\"a\" : {\"own\":2} }",
        "{\"a\":[\"own\",{\"own\":\"x\"}],\"b\":\"}\"}|{\"own\":\"acme\",\"a\":[\"own\",{\"own\":\"x\"}],\"b\":\"}\"}",
        "{\"owner\":1,\"ow\":2,\"\":3,\"é\":\"/*\"}|{\"own\":\"acme\",\"owner\":1,\"ow\":2,\"\":3,\"é\":\"/*\"}",
        "{\"a\":\"\\\"own\\\":\",\"xown\":1,\"ow\\n\":2}|{\"own\":\"acme\",\"a\":\"\\\"own\\\":\",\"xown\":1,\"ow\\n\":2}",
      })
  void aDocumentGetsTheField(String document, String with) throws Exception {
    for (int cut = 1; cut < 9; cut++) {
      assertThat(with(document, cut)).isEqualTo(with);
    }
    assertThat(with(document, 1_000)).isEqualTo(with);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"own\":\"acme\"}",
        "{\"a\":1,\"own\":\"beta\"}",
        "{\"a\":[{}], \"own\" :1}",
        "{\"\\u006fwn\":\"beta\"}",
        "{\"o\\u0077n\":\"beta\"}",
        "{\"own.\":\"beta\"}",
        "{\"own.x\":\"beta\"}",
        "{\"own\\u002e\":\"beta\"}",
        "{/**/\"own\":\"beta\"}",
        "{\"a\":1,/*\"*/\"own\":\"beta\"}",
        "{\"a\":/*\"*/1,\"own\":\"beta\"}",
        "{\"a\":'\"',\"own\":'\"'}",
        "{own:\"beta\"}",
        "{\"a\":1,own:\"beta\"}",
        "{\"a\":1}{\"own\":\"beta\"}",
        "[{\"own\":1}]",
        "\ufeff{\"a\":1}",
        "\u0000{",
        "{\u0000",
        "{\"a\":1",
        "",
        " ",
        "\"own\""
      })
  void aDocumentThatHasItOrCouldIsRefused(String document) {
    for (int cut = 1; cut < 4; cut++) {
      int each = cut;
      assertThatThrownBy(() -> with(document, each)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void oneAfterAnother() throws Exception {
    FieldInjection injection = FieldInjection.of(ACME).orElseThrow();
    ByteBuf out = Unpooled.buffer();
    for (int i = 0; i < 3; i++) {
      byte[] line = ("{\"n\":" + i + "}\r\n").getBytes(StandardCharsets.UTF_8);
      injection.write(line, 0, line.length, out);
      injection.end();
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "{\"own\":\"acme\",\"n\":0}",
            "{\"own\":\"acme\",\"n\":1}",
            "{\"own\":\"acme\",\"n\":2}");
  }

  @Test
  void elsewhereThereIsNone() {
    for (String at : new String[] {"shared:all-*", "index:acme-*", "cluster"}) {
      assertThat(FieldInjection.of(new Documents("acme", Locator.parse(at)))).isEmpty();
    }
  }
}
