package dev.drover.gateway.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A leg that notes what it is told.
final class Asked implements Leg {
  /// What [#next] gives for a large answer.
  static final String MUCH = "(much)";

  private static final int SHOWN_BYTES_MAX = 100;

  private final Exchange exchange;
  private final int answers;
  private final StringBuilder text = new StringBuilder();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /// How many of its answers have come.
  final AtomicInteger come = new AtomicInteger();

  /// How often it was asked whether that was the last.
  final AtomicInteger lastAsked = new AtomicInteger();

  /// Bytes of answers that have come.
  final AtomicLong bytes = new AtomicLong();

  /// How large the answer was said to be, with its last piece.
  volatile long expected;

  /// Whether its request is still being sent.
  volatile boolean sending;

  /// Run with each piece that comes.
  volatile Runnable atPiece = () -> {};

  /// @param answers after how many of them nothing more comes
  Asked(Exchange exchange, int answers) {
    this.exchange = exchange;
    this.answers = answers;
  }

  static Asked one() {
    return new Asked(new Plain("ASKED"), 1);
  }

  /// An exchange that is nothing more.
  static final class Plain extends Exchange {
    private final String name;

    Plain(String name) {
      super(0);
      this.name = name;
    }

    @Override
    public String client() {
      return "test";
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String item() {
      return "";
    }
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public boolean isSending() {
    return sending;
  }

  @Override
  public boolean lastAnswer() {
    lastAsked.incrementAndGet();
    return come.incrementAndGet() == answers;
  }

  @Override
  public void answered(
      Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
    bytes.addAndGet(piece.readableBytes());
    expected = expectedBytes;
    if (text.length() <= SHOWN_BYTES_MAX) {
      text.append(piece.toString(StandardCharsets.US_ASCII));
    }
    piece.release();
    atPiece.run();
    if (whole) {
      told.add(text.length() > SHOWN_BYTES_MAX ? MUCH : text.toString().stripTrailing());
      text.setLength(0);
    }
  }

  @Override
  public void failed(Connection from, String why, boolean sent) {
    told.add("failed (" + (sent ? "sent" : "not sent") + "): " + why);
  }

  @Override
  public void failedBehind(Connection from, String why, boolean sent) {
    told.add("failed behind (" + (sent ? "sent" : "not sent") + "): " + why);
  }

  /// The next answer that is whole, or failure.
  String next() throws InterruptedException {
    String next = told.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new IllegalStateException("nothing came");
    }
    return next;
  }

  boolean heardNothing() {
    return told.isEmpty();
  }
}
