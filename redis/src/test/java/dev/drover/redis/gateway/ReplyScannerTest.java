package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "+OK\r\n",
        "-ERR x\r\n",
        ":1\r\n",
        "$3\r\nabc\r\n",
        "$-1\r\n",
        "$0\r\n\r\n",
        "*0\r\n",
        "*-1\r\n",
        "_\r\n",
        "#t\r\n",
        ",1.5\r\n",
        "(123\r\n",
        "*2\r\n$1\r\na\r\n*1\r\n:5\r\n",
        "%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n",
        "=7\r\ntxt:abc\r\n",
        "|1\r\n+k\r\n+v\r\n:3\r\n",
        "*3\r\n*0\r\n%0\r\n$2\r\n\r\n\r\n"
      })
  void aReplyEndsWhereItEndsInWhateverPiecesItComes(String reply) {
    byte[] bytes = (reply + "+next\r\n").getBytes(StandardCharsets.US_ASCII);
    for (int cut = 0; cut <= reply.length(); cut++) {
      ReplyScanner scanner = new ReplyScanner();
      ByteBuf in = Unpooled.buffer().writeBytes(bytes, 0, cut);
      boolean whole = scanner.advance(in);
      if (!whole) {
        in.writeBytes(bytes, cut, bytes.length - cut);
        whole = scanner.advance(in);
      }
      assertThat(whole).isTrue();
      assertThat(in.readerIndex()).as("cut at " + cut).isEqualTo(reply.length());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?\r\n", "$x\r\n", "$\r\n", "*1x\r\n"})
  void whatIsNoReplyIsADefectOfTheHome(String bytes) {
    ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> new ReplyScanner().advance(in))
        .isInstanceOf(CorruptedFrameException.class);
  }
}
