package dev.drover.opensearch.gateway;

import dev.drover.opensearch.bulk.FieldInjection;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// A document that gets one more field on its way.
record InjectedBody(FieldInjection injection) implements Plan.Body {
  /// For the field.
  private static final int ROOM = 256;

  @Override
  public ByteBuf piece(ByteBuf piece, boolean last) throws Refused {
    byte[] in = ByteBufUtil.getBytes(piece);
    piece.release();
    ByteBuf out = Unpooled.buffer(in.length + ROOM);
    injection.write(in, 0, in.length, out);
    if (last) {
      injection.end();
    }
    return out;
  }
}
