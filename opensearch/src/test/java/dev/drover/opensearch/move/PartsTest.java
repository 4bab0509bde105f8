package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.EngineState;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.OpenSearchEngine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What needs no home.
class PartsTest {
  private static Doc doc(String source) {
    byte[] body = ("##" + source + "#").getBytes(StandardCharsets.UTF_8);
    return new Doc("1", null, 1, 1, 1, new Slice(body, 2, body.length - 1));
  }

  private static String line(String source) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Source.line(out, doc(source));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void documentsThatSayTheSameHaveTheSameSum() {
    Canon canon = new Canon();
    byte[] plain = canon.source(doc("{\"a\":[1,2.50,\"ü\"],\"b\":{\"c\":null}}"));
    assertThat(
            canon.source(doc("{ \"a\" : [1, 2.50, \"\\u00fc\"],\n /* so */ \"b\":{\"c\":null} }")))
        .isEqualTo(plain);
    assertThat(canon.source(doc("{\"a\":[1,2.5,\"ü\"],\"b\":{\"c\":null}}"))).isNotEqualTo(plain);
    assertThat(canon.source(doc("{\"a\":[1,2.50,\"ü\",\"b\"],\"b\":{\"c\":null}}")))
        .isNotEqualTo(plain);
    assertThat(canon.document("i", "1", null, 1, doc("{}")))
        .isNotEqualTo(canon.document("i", "1", "", 1, doc("{}")));
  }

  @Test
  void aDigestDoesNotDependOnTheOrder() {
    Digest one = new Digest();
    Digest other = new Digest();
    byte[] a = new Canon().source(doc("{\"a\":1}"));
    byte[] b = new Canon().source(doc("{\"b\":1}"));
    one.add(a);
    one.add(b);
    other.add(b);
    assertThat(one).doesNotHaveToString(other.toString());
    other.add(a);
    assertThat(one).hasToString(other.toString());
  }

  @Test
  void aSourceIsPutIntoOneLineAndElseLeftAsItIs() {
    assertThat(line("{\"a\": 1.50,  \"b\":\"\\n\"}")).isEqualTo("{\"a\": 1.50,  \"b\":\"\\n\"}");
    assertThat(line("{\"a\":\r\n1.50, // so\n\"b\":\"x\\ny\",\"c\":12345678901234567890123}"))
        .isEqualTo("{\"a\":1.50,\"b\":\"x\\ny\",\"c\":12345678901234567890123}");
  }

  @Test
  void aStateIsReadAsItWasWritten() {
    CopyState state =
        new CopyState(
            true,
            true,
            List.of(new CopyState.Copied("acme-ü", "u", List.of(-1L, 7L), List.of("h1", "h2"))));
    assertThat(CopyState.read(state.written())).isEqualTo(state);
    assertThat(CopyState.read(EngineState.NONE)).isEqualTo(CopyState.NONE);
  }

  private static MoverTask task(MoverOptions options) {
    return new MoverTask(
        OpenSearchEngine.tenant("acme"),
        new MoveId("m1"),
        1,
        new Placement(new HomeId("a"), "index:acme-*"),
        new Placement(new HomeId("b"), "shared:all-*#1"),
        options);
  }

  private static List<String> names(List<Undo> owed) {
    return owed.stream().map(Undo::toString).toList();
  }

  @Test
  void whatIsOwedFollowsFromHowFarTheMoveHasCome() {
    MoverTask task = task(MoverOptions.DEFAULT);
    assertThat(names(Debts.onAbort(task, EngineState.NONE)))
        .containsExactly("drop-names at b/shared:all-*#1");
    assertThat(names(Debts.onAbort(task, new CopyState(true, true, List.of()).written())))
        .containsExactly(
            "lift-block at a/index:acme-*",
            "remove-copies at b/shared:all-*#1",
            "drop-names at b/shared:all-*#1",
            "drop-notes at a/index:acme-*");
    assertThat(names(Debts.onComplete(task))).contains("purge-source at a/index:acme-*");
    assertThat(names(Debts.onComplete(task(new MoverOptions(0, 0, false, true)))))
        .noneMatch(each -> each.startsWith("purge-source"));
  }

  @ParameterizedTest
  @CsvSource({
    "index:acme-*,b,,index:acme-*#1",
    "index:acme-*#4,b,shared:all-*,shared:all-*#5",
    "index:acme-orders=orders,b,shared:all,shared:all=orders#1",
    "index:acme-orders=orders,b,shared:all=x,shared:all=x#1",
    "index:acme-*,a,cluster,cluster#1",
  })
  void aTargetIsTheNextStay(String now, String home, String asked, String to) {
    assertThat(
            new OpenSearchTraits()
                .target(
                    new Placement(new HomeId("a"), now),
                    new HomeId(home),
                    Optional.ofNullable(asked)))
        .isEqualTo(new Placement(new HomeId(home), to));
  }

  @Test
  void theSamePlaceIsNoTarget() {
    Placement now = new Placement(new HomeId("a"), "index:acme-*#3");
    assertThatThrownBy(
            () -> new OpenSearchTraits().target(now, now.home(), Optional.of("index:acme-*")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already");
    assertThatThrownBy(() -> new OpenSearchTraits().target(now, now.home(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
