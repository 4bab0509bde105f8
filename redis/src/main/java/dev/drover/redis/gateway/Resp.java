package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Writes requests and replies of the gateway's own.
final class Resp {
  static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] PONG = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);

  private Resp() {}

  static void request(ByteBuf out, String... arguments) {
    out.writeCharSequence("*" + arguments.length + "\r\n", StandardCharsets.US_ASCII);
    for (String argument : arguments) {
      bulk(out, argument);
    }
  }

  static void bulk(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeCharSequence("$" + bytes.length + "\r\n", StandardCharsets.US_ASCII);
    out.writeBytes(bytes).writeByte('\r').writeByte('\n');
  }

  /// An error reply. Its first word is the code that clients look at.
  static byte[] error(String message) {
    return ("-" + message.replace('\r', ' ').replace('\n', ' ') + "\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bulk(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ("$" + bytes.length + "\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8);
  }
}
