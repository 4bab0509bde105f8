package dev.drover.engine.torture;

import java.util.stream.Stream;

/// What a key holds.
public enum Family {
  /// A value that is overwritten.
  REGISTER(0, "r"),
  /// A number that counts the writes.
  COUNTER(1, "c"),
  /// A list that holds each write.
  LIST(2, "l");

  private final int code;
  private final String letter;

  Family(int code, String letter) {
    this.code = code;
    this.letter = letter;
  }

  public int code() {
    return code;
  }

  public static Family of(int code) {
    return Stream.of(values()).filter(each -> each.code == code).findFirst().orElseThrow();
  }

  public String letter() {
    return letter;
  }
}
