package dev.drover.engine.torture;

import java.util.List;
import java.util.Map;

/// A client of one gateway. It never sends an operation again that may have been done. What is not
/// of one of the engine's families is not asked.
public interface TortureClient extends AutoCloseable {
  /// Writes registers of one scope, all at once.
  void set(Map<KeyName, Long> values) throws Failed;

  /// @return 0 if there is nothing, negative if what is there was never written as a whole
  long get(KeyName key) throws Failed;

  void delete(KeyName key) throws Failed;

  /// @return what it has counted to
  long increment(KeyName key) throws Failed;

  long count(KeyName key) throws Failed;

  /// @return how long the list is now
  long push(KeyName key, long element) throws Failed;

  List<Long> list(KeyName key) throws Failed;

  @Override
  void close();

  /// An operation was not answered as it should be.
  final class Failed extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean nothingDone;
    private final boolean lost;

    /// @param nothingDone whether it is promised that nothing was done
    /// @param lost whether the connection cannot be used any more
    public Failed(String why, boolean nothingDone, boolean lost) {
      super(why);
      this.nothingDone = nothingDone;
      this.lost = lost;
    }

    public boolean nothingDone() {
      return nothingDone;
    }

    public boolean lost() {
      return lost;
    }
  }
}
