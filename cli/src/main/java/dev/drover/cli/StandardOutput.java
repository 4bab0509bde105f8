package dev.drover.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// Standard output that remembers why it could not be written: a `PrintStream` only tells that it
/// could not.
final class StandardOutput extends FilterOutputStream {
  /// What POSIX systems say when the other end of a pipe is closed.
  private static final String READER_GONE = "Broken pipe";

  private volatile @Nullable IOException failure;

  StandardOutput(OutputStream out) {
    super(out);
  }

  /// Takes the place of `System.out`.
  static StandardOutput install() {
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(output, true, System.out.charset()));
    return output;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /// The exit code of a command that has ended with this one, after a look at whether all that it
  /// printed was written.
  int exit(int exit) {
    System.out.flush();
    IOException why = failure;
    if (why == null) {
      return exit;
    }
    if (READER_GONE.equals(why.getMessage())) {
      return exit == Exit.OK ? Exit.READER_GONE : exit;
    }
    System.err.println(
        "drover: what the command says could not be written to standard output: "
            + why.getMessage());
    System.err.println(
        exit == Exit.OK
            ? "  the command itself has done what it was asked"
            : "  the command itself has ended with exit code " + exit);
    return exit == Exit.OK ? Exit.UNWRITTEN : exit;
  }
}
