package dev.drover.torture.history;

import dev.drover.engine.torture.Family;
import java.util.stream.Stream;

/// What an operation does to its key.
public enum Kind {
  /// Writes a register; `a` is the value, which nobody else ever writes.
  SET(1, Family.REGISTER, true),
  /// Deletes a register. Once in the life of a key, so that who reads nothing knows since when.
  DELETE(2, Family.REGISTER, true),
  /// Reads a register; `a` is the value, [Op#ABSENT] if there is none.
  GET(3, Family.REGISTER, false),
  /// Adds one to a counter; `a` of the answer is what it counted to.
  INCREMENT(4, Family.COUNTER, true),
  /// Reads a counter; `a` is what it stands at.
  COUNT(5, Family.COUNTER, false),
  /// Appends to a list; `a` is the element, which nobody else ever appends, `b` of the answer the
  /// list's length.
  PUSH(6, Family.LIST, true),
  /// Reads a list; `a` is its length, `b` the digest of its elements.
  LIST(7, Family.LIST, false);

  private final byte code;
  private final Family family;
  private final boolean write;

  Kind(int code, Family family, boolean write) {
    this.code = (byte) code;
    this.family = family;
    this.write = write;
  }

  /// What stands for it in a file.
  byte code() {
    return code;
  }

  static Kind of(byte code) {
    return Stream.of(values()).filter(kind -> kind.code == code).findFirst().orElseThrow();
  }

  public Family family() {
    return family;
  }

  /// Whether `a` is what the answer says, rather than what was sent.
  boolean answers() {
    return !write || this == INCREMENT;
  }

  public boolean write() {
    return write;
  }
}
