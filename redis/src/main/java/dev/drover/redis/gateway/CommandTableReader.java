package dev.drover.redis.gateway;

import dev.drover.redis.wire.Reply;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads a server's answer to COMMAND.
///
/// Source: redis.io, `COMMAND`: each command is an array of name, arity, flags, first key, last
/// key, step, and more.
final class CommandTableReader {
  private static final int SUBCOMMANDS = 9;

  private CommandTableReader() {}

  /// @throws ProtocolException if it is not an answer to COMMAND
  static List<ServerCommand> read(Reply reply) throws ProtocolException {
    List<ServerCommand> commands = new ArrayList<>();
    for (Reply each : reply.items()) {
      List<Reply> command = each.items();
      if (command.size() < 6) {
        throw new ProtocolException("an answer to COMMAND has an entry of less than six parts");
      }
      commands.add(command(command));
      // From Redis 7.0 on, subcommands are named `object|encoding` and have keys of their own.
      if (command.size() > SUBCOMMANDS && command.get(SUBCOMMANDS) instanceof Reply.Array subs) {
        for (Reply sub : subs.items()) {
          commands.add(command(sub.items()));
        }
      }
    }
    return commands;
  }

  private static ServerCommand command(List<Reply> command) throws ProtocolException {
    Set<String> flags = new HashSet<>();
    for (Reply flag : command.get(2).items()) {
      flags.add(flag.text());
    }
    return new ServerCommand(
        command.get(0).text().toLowerCase(Locale.ROOT),
        flags.contains("write") || flags.contains("may_replicate"),
        flags.contains("blocking"),
        (int) command.get(3).number(),
        (int) command.get(4).number(),
        (int) command.get(5).number(),
        flags.contains("movablekeys"));
  }
}
