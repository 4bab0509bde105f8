package dev.drover.redis.gateway;

/// One command as this gateway serves it.
///
/// @param name in lower case; with its subcommand as `object|encoding`
/// @param whyRefused for those that are refused for a reason of their own; else empty
record CommandSpec(String name, CommandKind kind, KeyRule keys, String whyRefused) {
  CommandSpec(String name, CommandKind kind, KeyRule keys) {
    this(name, kind, keys, "");
  }

  /// Whether it may change something at its home: it takes a pass, and is never asked again.
  boolean write() {
    return kind.takesPass();
  }

  CommandSpec as(CommandKind other) {
    return new CommandSpec(name, other, keys, whyRefused);
  }

  CommandSpec refusedBecause(String why) {
    return new CommandSpec(name, CommandKind.REFUSED, keys, why);
  }
}
