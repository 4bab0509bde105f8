package dev.drover.core.mover;

/// A home did not do what a move needs. The message says which home, what it means and what to do.
public abstract sealed class MoverException extends Exception {
  private static final long serialVersionUID = 1;

  private MoverException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
  }

  /// A home cannot be reached or does not answer in time: trying again later can help.
  public static final class Unreachable extends MoverException {
    private static final long serialVersionUID = 1;

    public Unreachable(String message, @org.jspecify.annotations.Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The target has seen a higher term: another driver has taken over, and this one must stop.
  public static final class Fenced extends MoverException {
    private static final long serialVersionUID = 1;

    public Fenced(String message) {
      super(message, null);
    }
  }

  /// A home refuses what is asked, and would again: no room, no permission, a payload it cannot
  /// load. The move has to be aborted.
  public static final class Refused extends MoverException {
    private static final long serialVersionUID = 1;

    public Refused(String message, @org.jspecify.annotations.Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// Content keeps differing although nothing is known to change it. The move has to be aborted.
  public static final class Mismatch extends MoverException {
    private static final long serialVersionUID = 1;

    public Mismatch(String message) {
      super(message, null);
    }
  }
}
