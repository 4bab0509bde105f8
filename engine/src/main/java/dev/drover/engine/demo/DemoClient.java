package dev.drover.engine.demo;

import java.io.IOException;

/// A client of one gateway, with one operation under way at a time. An exception means that the
/// operation was refused, or that its outcome is unknown.
public interface DemoClient extends AutoCloseable {
  /// Writes the next number.
  ///
  /// @return the number that is there now; of [Tally.Kind#COUNT] what the answer says
  long write(Tally to, long number) throws IOException;

  /// The number that is there, of [Tally.Kind#LOG] the last one; 0 if there is none.
  long read(Tally from) throws IOException;

  /// How many numbers there are. For [Tally.Kind#LOG] only.
  long length(Tally log) throws IOException;

  @Override
  void close();
}
