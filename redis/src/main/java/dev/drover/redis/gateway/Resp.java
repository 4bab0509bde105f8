package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes requests and replies of the gateway's own.
final class Resp {
  static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] PONG = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);

  private Resp() {}

  static void request(ByteBuf out, String... arguments) {
    array(out, arguments.length);
    for (String argument : arguments) {
      bulk(out, argument.getBytes(StandardCharsets.UTF_8));
    }
  }

  static void request(ByteBuf out, List<byte[]> arguments) {
    array(out, arguments.size());
    for (byte[] argument : arguments) {
      bulk(out, argument);
    }
  }

  private static void array(ByteBuf out, int size) {
    out.writeCharSequence("*" + size + "\r\n", StandardCharsets.US_ASCII);
  }

  private static void bulk(ByteBuf out, byte[] bytes) {
    out.writeCharSequence("$" + bytes.length + "\r\n", StandardCharsets.US_ASCII);
    out.writeBytes(bytes).writeByte('\r').writeByte('\n');
  }

  /// An error reply. Its first word is the code that clients look at.
  static byte[] error(String message) {
    return ("-" + message.replace('\r', ' ').replace('\n', ' ') + "\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bulk(String text) {
    return bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] bulk(byte[] bytes) {
    byte[] head = ("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] reply = new byte[head.length + bytes.length + 2];
    System.arraycopy(head, 0, reply, 0, head.length);
    System.arraycopy(bytes, 0, reply, head.length, bytes.length);
    reply[reply.length - 2] = '\r';
    reply[reply.length - 1] = '\n';
    return reply;
  }

  static byte[] number(long value) {
    return (":" + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }
}
