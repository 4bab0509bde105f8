package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// Bodies that have to be read, as they were before they were compressed.
final class Inflated {
  private static final int UNSUPPORTED = 415;
  private static final int TOO_LARGE = 413;
  private static final int STEP_BYTES = 16 << 10;

  private Inflated() {}

  /// @param body is not released
  /// @param encoding the header `Content-Encoding`; empty for none
  /// @throws Refused if it is compressed in another way, or would be longer than allowed
  static byte[] of(ByteBuf body, String encoding, long bytesMax) throws Refused {
    String how = encoding.toLowerCase(Locale.ROOT).strip();
    if (how.isEmpty() || how.equals("identity")) {
      return ByteBufUtil.getBytes(body);
    }
    if (!how.equals("gzip")) {
      throw new Refused(
          UNSUPPORTED,
          Refused.ARGUMENT,
          "Content-Encoding [" + encoding + "] is not supported here: send gzip, or nothing");
    }
    try (InputStream in = new GZIPInputStream(new ByteBufInputStream(body.slice()))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] step = new byte[STEP_BYTES];
      for (int bytes = in.read(step); bytes >= 0; bytes = in.read(step)) {
        out.write(step, 0, bytes);
        if (out.size() > bytesMax) {
          throw new Refused(
              TOO_LARGE,
              "content_too_long_exception",
              "the body has more than %d bytes once it is not compressed any more; nothing was done"
                  .formatted(bytesMax));
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw Refused.argument("the body is no gzip, although its Content-Encoding says so");
    }
  }
}
