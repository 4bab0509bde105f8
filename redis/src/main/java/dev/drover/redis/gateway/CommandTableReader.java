package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a server's answer to COMMAND (RESP2).
///
/// Source: redis.io, `COMMAND`: each command is an array of name, arity, flags, first key, last
/// key, step, and more.
final class CommandTableReader {
  private final ByteBuf in;

  private CommandTableReader(ByteBuf in) {
    this.in = in;
  }

  static List<CommandSpec> read(ByteBuf reply) {
    CommandTableReader reader = new CommandTableReader(reply);
    List<CommandSpec> specs = new ArrayList<>();
    if (!(reader.next() instanceof List<?> commands)) {
      throw new CorruptedFrameException("the home's answer to COMMAND is not a list");
    }
    for (Object each : commands) {
      if (each instanceof List<?> command
          && command.size() >= 6
          && command.get(0) instanceof String name) {
        add(name, command, specs);
      }
    }
    return specs;
  }

  /// From Redis 7.0 on, the tenth element lists subcommands, named `object|encoding`, with keys of
  /// their own.
  private static void add(String name, List<?> command, List<CommandSpec> specs) {
    specs.add(spec(name, command));
    if (command.size() > 9 && command.get(9) instanceof List<?> subcommands) {
      for (Object each : subcommands) {
        if (each instanceof List<?> sub
            && sub.size() >= 6
            && sub.get(0) instanceof String subName) {
          specs.add(spec(subName, sub));
        }
      }
    }
  }

  private static CommandSpec spec(String name, List<?> command) {
    List<String> flags =
        command.get(2) instanceof List<?> list
            ? list.stream().map(Object::toString).toList()
            : List.of();
    return new CommandSpec(
        name.toLowerCase(Locale.ROOT),
        flags.contains("write") || flags.contains("may_replicate"),
        flags.contains("blocking"),
        number(command.get(3)),
        number(command.get(4)),
        number(command.get(5)),
        flags.contains("movablekeys"),
        command.size() > 9
            && command.get(9) instanceof List<?> subcommands
            && !subcommands.isEmpty());
  }

  private static int number(Object value) {
    return value instanceof Long number ? number.intValue() : 0;
  }

  private Object next() {
    int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    byte type = in.readByte();
    String line = in.toString(in.readerIndex(), end - 1 - in.readerIndex(), StandardCharsets.UTF_8);
    in.readerIndex(end + 1);
    return switch (type) {
      case '+' -> line;
      case ':' -> Long.parseLong(line);
      case '$' -> bulk(Integer.parseInt(line));
      case '*' -> list(Integer.parseInt(line));
      default -> throw new CorruptedFrameException("the home's answer to COMMAND: " + line);
    };
  }

  private Object bulk(int length) {
    if (length < 0) {
      return "";
    }
    String text = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
    in.skipBytes(length + 2);
    return text;
  }

  private Object list(int size) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(next());
    }
    return list;
  }
}
