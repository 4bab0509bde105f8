package dev.drover.store;

import org.jspecify.annotations.Nullable;

/// The store did not do what was asked. Which kind it is says what may have happened.
public abstract sealed class StoreException extends Exception {
  private static final long serialVersionUID = 1;

  private StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The store cannot be reached, and nothing was done. A retry can help.
  public static final class Unavailable extends StoreException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The write was sent, but no answer came: it may have been done, now or still later. Read before
  /// deciding anything.
  public static final class OutcomeUnknown extends StoreException {
    private static final long serialVersionUID = 1;

    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// What is stored does not check. Nothing was done; a retry does not help.
  public static final class Corrupt extends StoreException {
    private static final long serialVersionUID = 1;

    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The store will not do this: too large, no such lease, not allowed, full. Nothing was done; a
  /// retry does not help by itself.
  public static final class Refused extends StoreException {
    private static final long serialVersionUID = 1;

    public Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// A watch asked for changes that the store does not keep any more. List and watch again.
  public static final class HistoryGone extends StoreException {
    private static final long serialVersionUID = 1;

    public HistoryGone(String message) {
      super(message, null);
    }
  }
}
