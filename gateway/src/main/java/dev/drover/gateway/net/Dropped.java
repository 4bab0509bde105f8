package dev.drover.gateway.net;

import io.netty.buffer.ByteBuf;

/// Stands where a leg stood whose answer nobody wants any more. Its exchange's passes are given
/// back when all homes have answered: before, a write may still be done.
final class Dropped implements Leg {
  private final Loop loop;
  private final Leg was;
  private boolean last;

  Dropped(Loop loop, Leg was) {
    this.loop = loop;
    this.was = was;
    was.exchange().legDropped();
  }

  @Override
  public Exchange exchange() {
    return was.exchange();
  }

  @Override
  public boolean lastAnswer() {
    last = was.lastAnswer();
    return last;
  }

  @Override
  public void answered(
      Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
    piece.release();
    if (whole && last) {
      exchange().droppedLegOver(loop);
    }
  }

  @Override
  public void failed(Connection from, String why, boolean sent) {
    exchange().droppedLegOver(loop);
  }
}
