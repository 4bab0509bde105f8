package dev.drover.redis.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A naive client that shares no code with Drover, to check it independently. Bytes are Latin-1
/// strings. Not thread-safe.
public final class RawRedis implements AutoCloseable {
  /// The server answered with an error.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private static final int SHOWN_MAX = 4 << 20;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public RawRedis(int port) throws IOException {
    socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /// Sends a command and returns its answer: a String, a Long, a List, or `nil`.
  ///
  /// @throws Refused if the answer is an error
  public Object call(String... parts) throws IOException {
    send(parts);
    return receive();
  }

  public void send(String... parts) throws IOException {
    out.write(("*" + parts.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.ISO_8859_1);
      out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(bytes);
      out.write('\r');
      out.write('\n');
    }
  }

  /// Sends what has gathered, without waiting for answers.
  public void flush() throws IOException {
    out.flush();
  }

  public Object receive() throws IOException {
    out.flush();
    Object reply = read();
    if (reply instanceof Refused e) {
      throw e;
    }
    return reply;
  }

  private Object read() throws IOException {
    int kind = in.read();
    String line = line();
    return switch (kind) {
      case '+' -> line;
      case '-' -> new Refused(line);
      case ':' -> Long.parseLong(line);
      case '$' -> {
        int length = Integer.parseInt(line);
        if (length < 0) {
          yield "nil";
        }
        byte[] bytes = in.readNBytes(length);
        line();
        yield new String(bytes, StandardCharsets.ISO_8859_1);
      }
      case '*' -> {
        List<Object> elements = new ArrayList<>();
        for (int i = Integer.parseInt(line); i > 0; i--) {
          elements.add(read());
        }
        yield elements;
      }
      default -> throw new EOFException("closed");
    };
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed");
      }
      line.append((char) b);
    }
    in.read();
    return line.toString();
  }

  /// When the keys under a prefix expire, in ms since 1970, to about as long as the reading takes;
  /// without those that do not.
  public Map<String, Long> expiries(String prefix) throws IOException {
    Map<String, Long> all = new TreeMap<>();
    for (Object key : (List<?>) call("KEYS", prefix + "*")) {
      long ttl = (Long) call("PTTL", (String) key);
      if (ttl >= 0) {
        all.put((String) key, System.currentTimeMillis() + ttl);
      }
    }
    return all;
  }

  /// Everything under a prefix as text: key to type, whether it expires, and content in an order of
  /// its own.
  public Map<String, String> everything(String prefix) throws IOException {
    Map<String, String> all = new TreeMap<>();
    List<?> keys = (List<?>) call("KEYS", prefix + "*");
    for (int at = 0; at < keys.size(); at += 500) {
      List<?> page = keys.subList(at, Math.min(keys.size(), at + 500));
      for (Object key : page) {
        send("TYPE", (String) key);
        send("PTTL", (String) key);
      }
      List<Object> about = new ArrayList<>();
      for (int i = 0; i < 2 * page.size(); i++) {
        about.add(receive());
      }
      for (int i = 0; i < page.size(); i++) {
        String key = (String) page.get(i);
        long ttl = (Long) about.get(2 * i + 1);
        if (ttl != -2) {
          all.put(key, one(key, (String) about.get(2 * i), ttl));
        }
      }
    }
    return all;
  }

  private String one(String key, String type, long ttl) throws IOException {
    String content =
        switch (type) {
          case "string" -> (String) call("GET", key);
          case "list" -> call("LRANGE", key, "0", "-1").toString();
          case "set" -> sorted((List<?>) call("SMEMBERS", key), 1);
          case "hash" -> sorted((List<?>) call("HGETALL", key), 2);
          case "zset" -> call("ZRANGE", key, "0", "-1", "WITHSCORES").toString();
          default -> stream(key);
        };
    String shown = content.length() > SHOWN_MAX ? hashed(content) : content;
    return type + (ttl < 0 ? " " : " expiring ") + shown;
  }

  /// So that a difference can be printed.
  private static String hashed(String content) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(content.getBytes(StandardCharsets.ISO_8859_1));
      return content.length() + " bytes, SHA-256 " + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sorted(List<?> elements, int width) {
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < elements.size(); i += width) {
      groups.add(elements.subList(i, i + width).toString());
    }
    groups.sort(null);
    return groups.toString();
  }

  private String stream(String key) throws IOException {
    StringBuilder text = new StringBuilder(call("XRANGE", key, "-", "+").toString());
    List<?> about = (List<?>) call("XINFO", "STREAM", key);
    text.append(about.get(about.indexOf("last-generated-id") + 1));
    for (Object group : (List<?>) call("XINFO", "GROUPS", key)) {
      List<?> fields = (List<?>) group;
      String name = (String) fields.get(1);
      text.append(name).append(fields.get(fields.indexOf("last-delivered-id") + 1));
      for (Object consumer : (List<?>) call("XINFO", "CONSUMERS", key, name)) {
        text.append(((List<?>) consumer).get(1));
      }
      for (Object pending : (List<?>) call("XPENDING", key, name, "-", "+", "1000000")) {
        List<?> parts = (List<?>) pending;
        text.append(parts.get(0)).append(parts.get(1)).append(parts.get(3));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed either way.
    }
  }
}
