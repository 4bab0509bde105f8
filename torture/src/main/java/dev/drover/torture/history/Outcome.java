package dev.drover.torture.history;

import java.util.stream.Stream;

/// What a client knows of an operation.
public enum Outcome {
  /// It was answered.
  DONE(1),
  /// It was refused by an answer that promises that nothing was done.
  REFUSED(2),
  /// The answer said that it is unknown, or there was none: it may have been done, or be done yet.
  UNKNOWN(3);

  private final byte code;

  Outcome(int code) {
    this.code = (byte) code;
  }

  /// What stands for it in a file.
  byte code() {
    return code;
  }

  static Outcome of(byte code) {
    return Stream.of(values()).filter(each -> each.code == code).findFirst().orElseThrow();
  }
}
