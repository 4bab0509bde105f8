package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.wire.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {
  private static Reply bulk(String text) {
    return new Reply.Bulk(Scope.utf8(text));
  }

  private static String hash(String... parts) throws Exception {
    Digest digest = new Digest();
    Contents.hash(digest, java.util.Arrays.stream(parts).map(DigestTest::bulk).toList());
    return digest.toString();
  }

  @Test
  void theOrderOfFieldsDoesNotMatterButWhatBelongsTogetherDoes() throws Exception {
    assertThat(hash("a", "1", "b", "2")).isEqualTo(hash("b", "2", "a", "1"));
    assertThat(hash("a", "1", "b", "2")).isNotEqualTo(hash("a", "2", "b", "1"));
    assertThat(hash("a", "1")).isNotEqualTo(hash("a", "1", "", ""));
    assertThat(hash("ab", "c")).isNotEqualTo(hash("a", "bc"));
  }

  @Test
  void theOrderOfAListMattersHoweverItIsCut() throws Exception {
    List<Reply> elements = List.of(bulk("a"), bulk("b"), bulk("c"));
    Digest whole = new Digest();
    Contents.list(whole, 0, elements);
    Digest pieces = new Digest();
    Contents.list(pieces, 0, elements.subList(0, 1));
    Contents.list(pieces, 1, elements.subList(1, 3));
    Digest turned = new Digest();
    Contents.list(turned, 0, elements.reversed());
    assertThat(pieces.toString()).isEqualTo(whole.toString()).isNotEqualTo(turned.toString());
  }

  @Test
  void aLongStringGivesTheSameAtOnceAndInPieces() {
    byte[] bytes = new byte[300_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    Digest whole = new Digest();
    Contents.string(whole, 0, bytes);
    Digest pieces = new Digest();
    Contents.string(pieces, 0, java.util.Arrays.copyOf(bytes, 256 * 1024));
    Contents.string(
        pieces, 256 * 1024, java.util.Arrays.copyOfRange(bytes, 256 * 1024, bytes.length));
    assertThat(pieces.toString()).isEqualTo(whole.toString());
    bytes[299_999]++;
    Digest changed = new Digest();
    Contents.string(changed, 0, bytes);
    assertThat(changed.toString()).isNotEqualTo(whole.toString());
  }

  @Test
  void scoresCountAsNumbers() {
    assertThat(Contents.score("inf")).isPositive().isInfinite();
    assertThat(Contents.score("-0")).isEqualTo(Contents.score("0"));
    assertThat(Contents.score("3.0")).isEqualTo(Contents.score("3"));
  }
}
