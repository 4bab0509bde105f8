package dev.drover.redis.gateway;

import dev.drover.redis.move.RedisHome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Asks a home a few things over a plain blocking connection, before the event loops run.
final class HomeProbe {
  private static final int MILLIS_MAX = 2_000;

  private HomeProbe() {}

  /// What a gateway has to know of its homes' kind of server.
  record Facts(String version, List<CommandSpec> commands) {}

  static Facts ask(RedisHome home) throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(home.host(), home.port()), MILLIS_MAX);
      plain.setSoTimeout(MILLIS_MAX);
      Socket socket = plain;
      if (home.tls().isPresent()) {
        socket =
            home.tls().get().getSocketFactory().createSocket(plain, home.host(), home.port(), true);
      }
      if (home.password().isPresent()) {
        exchange(socket, "AUTH", home.user().orElse("default"), home.password().get());
      }
      String info = exchange(socket, "INFO", "server").toString(StandardCharsets.UTF_8);
      ByteBuf commands = exchange(socket, "COMMAND");
      return new Facts(version(info), CommandTableReader.read(commands));
    }
  }

  private static String version(String info) {
    return info.lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring("redis_version:".length()).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static ByteBuf exchange(Socket socket, String... request) throws IOException {
    ByteBuf out = Unpooled.buffer();
    Resp.request(out, request);
    out.readBytes(socket.getOutputStream(), out.readableBytes());
    socket.getOutputStream().flush();
    ByteBuf reply = Unpooled.buffer();
    ReplyScanner scanner = new ReplyScanner();
    InputStream in = socket.getInputStream();
    while (true) {
      if (reply.writeBytes(in, 1 << 16) < 0) {
        throw new EOFException("the connection was closed");
      }
      if (scanner.advance(reply)) {
        reply.readerIndex(0);
        if (reply.getByte(0) == '-') {
          throw new IOException(reply.toString(StandardCharsets.UTF_8).strip().substring(1));
        }
        return reply;
      }
    }
  }
}
