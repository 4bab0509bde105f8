package dev.drover.gateway.net;

/// How many requests may be on their way at once, so that their replies are bounded in bytes.
/// Nobody knows how large a reply will be, so the window begins small, doubles with each windowful
/// of small replies, and shrinks at once when a large one comes.
public final class Window {
  private static final int SMALL_BYTES = 16 << 10;

  private final int least;
  private final int most;
  private final long bytesMax;
  private int size;
  private int sent;
  private int small;

  /// @param first and `least` and `most`: how many there may be at first, and how few and many ever
  /// @param bytesMax of replies as large as the last large one
  public Window(int least, int first, int most, long bytesMax) {
    this.least = least;
    this.size = first;
    this.most = most;
    this.bytesMax = bytesMax;
  }

  public boolean open() {
    return sent < size;
  }

  public boolean isEmpty() {
    return sent == 0;
  }

  public void sent() {
    sent++;
  }

  /// One of those that were sent is over, without a reply of its home's.
  public void over() {
    sent--;
  }

  public void answered(long bytes) {
    over();
    if (bytes > SMALL_BYTES) {
      large(bytes);
    } else if (++small >= size) {
      small = 0;
      size = Math.min(most, size * 2);
    }
  }

  /// A reply of so many bytes has begun to come.
  public void large(long bytes) {
    small = 0;
    size = (int) Math.max(least, Math.min(size, bytesMax / bytes));
  }
}
