package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Whatever bytes come, a body is rewritten or refused, soon, and nothing else happens.
class FuzzTest {
  private static final int BODIES = 60_000;

  /// One way to read a body.
  private interface Reader {
    byte[] read(byte[] body) throws Refused;
  }

  private static List<Reader> readers() {
    RequestView acme = Views.ACME;
    RequestView own = Views.of("acme", "index:solo-*");
    RequestView cluster = Views.of("acme", "cluster");
    List<Reader> readers = new ArrayList<>();
    for (RequestView view : List.of(acme, own, cluster)) {
      readers.add(body -> SearchBody.of(body, view, Optional.empty(), Views.PITS).body());
      readers.add(body -> QueryBody.of(body, view, Optional.empty()));
      readers.add(body -> ByQueryBody.of(body, view, true, Optional.empty()).query());
      readers.add(body -> UpdateBody.of(body, view).body());
      readers.add(body -> MgetBody.of(body, view).body());
      readers.add(body -> MsearchBody.of(body, view, Views.PITS));
      readers.add(body -> OtherBodies.termVectors(body, view));
      readers.add(body -> OtherBodies.analyze(body, view));
      readers.add(body -> OtherBodies.document(body, view));
    }
    return readers;
  }

  @Test
  @Timeout(60)
  void bytesThatAreDamagedAreRefusedOrStayJson() {
    Random random = new Random(5);
    Corpus corpus = new Corpus(11);
    List<Reader> readers = readers();
    int refused = 0;
    for (int i = 0; i < BODIES; i++) {
      byte[] body = damaged(corpus.search().getBytes(StandardCharsets.UTF_8), random);
      Reader reader = readers.get(random.nextInt(10) < 6 ? 0 : random.nextInt(readers.size()));
      try {
        byte[] out = reader.read(body);
        assertThat(out).isNotNull();
        if (i % 100 == 0 && out.length > 0 && out[0] == '{' && out[out.length - 1] == '}') {
          JsonMapper.shared().readTree(out);
        }
      } catch (Refused e) {
        refused++;
        assertThat(e.reason()).isNotEmpty();
        JsonMapper.shared().readTree(e.body());
      }
    }
    assertThat(refused).isBetween(BODIES / 4, BODIES);
  }

  private static byte[] damaged(byte[] body, Random random) {
    byte[] out = body.clone();
    int times = random.nextInt(3);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(out.length);
      switch (random.nextInt(5)) {
        case 0 -> out[at] = (byte) random.nextInt(256);
        case 1 -> out = java.util.Arrays.copyOf(out, at + 1);
        case 2 -> out[at] = "{}[]\",:\\ \0u".getBytes(StandardCharsets.UTF_8)[random.nextInt(11)];
        case 3 -> {
          int to = random.nextInt(out.length);
          System.arraycopy(body, 0, out, to, Math.min(body.length, out.length - to));
        }
        default -> out[at] = out[random.nextInt(out.length)];
      }
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "null",
        "[]",
        "1",
        "{",
        "{}{}",
        "{} x",
        "{'size':1,'size':2}",
        "{'size':1,'\\u0073ize':2}",
        "{'size':01}",
        "{'size':NaN}",
        "{/**/}",
        "{'a':'\\uD800'}",
        "\uFEFF{}",
        "{'query':null}",
        "{'query':[]}",
        "{'query':{'bool':{'must':null}}}",
        "{'aggs':null}",
        "{'aggs':{'a':null}}",
        "{'sort':null,}",
        "{'pit':null}"
      })
  void aBodyThatIsNoRequestIsRefused(String body) {
    assertThatThrownBy(
            () -> SearchBody.of(Views.bytes(body), Views.ACME, Optional.empty(), Views.PITS))
        .isInstanceOf(Refused.class);
  }

  @Test
  @Timeout(20)
  void depthAndLengthHaveLimits() {
    String[] deep = {
      "{\"query\":" + "{\"bool\":{\"must\":[".repeat(5_000),
      "{\"query\":"
          + "{\"bool\":{\"must\":[".repeat(90)
          + "{\"match_all\":{}}"
          + "]}}".repeat(90)
          + "}",
      "{\"aggs\":" + "{\"a\":{\"filter\":{\"match_all\":{}},\"aggs\":".repeat(5_000),
      "{\"_source\":" + "[".repeat(100_000),
      "{\"size\":" + "9".repeat(100_000) + "}",
      "{\"" + "k".repeat(100_000) + "\":1}",
      "{\"query\":{\"wrapper\":{\"query\":\"" + wrapped(8) + "\"}}}"
    };
    for (String body : deep) {
      assertThatThrownBy(
              () ->
                  SearchBody.of(
                      body.getBytes(StandardCharsets.UTF_8),
                      Views.ACME,
                      Optional.empty(),
                      Views.PITS))
          .isInstanceOf(Refused.class);
    }
  }

  private static String wrapped(int times) {
    String query = "{\"match_all\":{}}";
    for (int i = 0; i < times; i++) {
      query = "{\"wrapper\":{\"query\":\"" + Queried.base64(query) + "\"}}";
    }
    return Queried.base64(query);
  }

  @Test
  void halfASurrogatePairStaysEscaped() throws Exception {
    byte[] out =
        SearchBody.of(
                Views.bytes("{'query':{'match':{'a':'\\uD800'}}}"),
                Views.ACME,
                Optional.empty(),
                Views.PITS)
            .body();
    assertThat(new String(out, StandardCharsets.UTF_8)).contains("\\uD800");
  }

  @Test
  void otherEncodingsAreRefused() {
    for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      byte[] body = "{\"size\":1}".getBytes(charset);
      assertThatThrownBy(() -> SearchBody.of(body, Views.ACME, Optional.empty(), Views.PITS))
          .isInstanceOf(Refused.class);
    }
    byte[] latin =
        "{\"query\":{\"match\":{\"a\":\"\u00e9\"}}}".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SearchBody.of(latin, Views.ACME, Optional.empty(), Views.PITS))
        .hasMessageContaining("UTF-8");
  }
}
