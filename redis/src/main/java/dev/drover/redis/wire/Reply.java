package dev.drover.redis.wire;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One answer of a server. Maps and sets of RESP3 arrive as flat [Array]s.
public sealed interface Reply {
  /// A value of bytes. The array belongs to whoever reads the reply.
  final class Bulk implements Reply {
    public final byte[] bytes;

    public Bulk(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public String toString() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// A status such as `OK` or `QUEUED`.
  record Status(String line) implements Reply {}

  record Int(long value) implements Reply {}

  /// A refusal: `WRONGTYPE Operation against…`.
  record Failure(String message) implements Reply {}

  record Array(List<Reply> elements) implements Reply {}

  /// A message that nobody asked for (RESP3), such as an invalidation.
  record Push(List<Reply> elements) implements Reply {}

  /// No value.
  enum Nil implements Reply {
    NIL
  }

  default boolean isNil() {
    return this == Nil.NIL;
  }

  default byte[] bytes() throws ProtocolException {
    return switch (this) {
      case Bulk b -> b.bytes;
      case Status s -> s.line().getBytes(StandardCharsets.UTF_8);
      case Int _, Failure _, Array _, Push _, Nil _ -> throw unexpected("a value");
    };
  }

  default String text() throws ProtocolException {
    return switch (this) {
      case Bulk b -> new String(b.bytes, StandardCharsets.UTF_8);
      case Status s -> s.line();
      case Int i -> Long.toString(i.value());
      case Failure _, Array _, Push _, Nil _ -> throw unexpected("text");
    };
  }

  default long number() throws ProtocolException {
    return switch (this) {
      case Int i -> i.value();
      case Bulk _, Status _ -> parsed(text());
      case Failure _, Array _, Push _, Nil _ -> throw unexpected("a number");
    };
  }

  private static long parsed(String text) throws ProtocolException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ProtocolException("a number was expected, but not '" + text + "'");
    }
  }

  default List<Reply> items() throws ProtocolException {
    return switch (this) {
      case Array a -> a.elements();
      case Push p -> p.elements();
      case Nil _ -> List.of();
      case Bulk _, Status _, Int _, Failure _ -> throw unexpected("a list");
    };
  }

  private ProtocolException unexpected(String wanted) {
    return this instanceof Failure f
        ? new RespFailure("", f.message())
        : new ProtocolException("the server answered " + this + " instead of " + wanted);
  }
}
