package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The commands of the homes, as a server's own COMMAND table gives them, and what this gateway
/// does not serve yet. Immutable.
final class CommandTable {
  /// Commands that concern the connection or the whole server and that a gateway cannot pass on to
  /// one home.
  private static final Set<String> NOT_SERVED =
      Set.of(
          "multi",
          "exec",
          "discard",
          "watch",
          "unwatch",
          "subscribe",
          "psubscribe",
          "ssubscribe",
          "unsubscribe",
          "punsubscribe",
          "sunsubscribe",
          "publish",
          "spublish",
          "pubsub",
          "monitor",
          "sync",
          "psync",
          "replicaof",
          "slaveof",
          "failover",
          "scan",
          "keys",
          "randomkey",
          "dbsize",
          "flushall",
          "flushdb",
          "swapdb",
          "move",
          "migrate",
          "script",
          "function",
          "config",
          "debug",
          "shutdown",
          "acl",
          "save",
          "bgsave",
          "bgrewriteaof",
          "lastsave",
          "slowlog",
          "latency",
          "memory",
          "module",
          "cluster",
          "readonly",
          "readwrite",
          "asking",
          "role",
          "replconf",
          "restore-asking",
          "pfdebug",
          "pfselftest",
          "wait",
          "waitaof");

  /// Commands that may block; Redis marks them only from 7.0 on.
  private static final Set<String> BLOCKING =
      Set.of(
          "blpop",
          "brpop",
          "brpoplpush",
          "blmove",
          "blmpop",
          "bzpopmin",
          "bzpopmax",
          "bzmpop",
          "xread",
          "xreadgroup");

  /// Subcommands that would leave the keys that are named.
  private static final Map<String, String> WORDS_NOT_SERVED =
      Map.of("sort", "by get", "sort_ro", "by get", "copy", "db");

  private final @Nullable CommandSpec[] slots;
  private final int mask;
  private final Map<String, CommandSpec> byName;

  CommandTable(Collection<CommandSpec> specs) {
    int size = Integer.highestOneBit(Math.max(16, specs.size()) * 4 - 1);
    slots = new @Nullable CommandSpec[size];
    mask = size - 1;
    byName =
        specs.stream()
            .collect(Collectors.toUnmodifiableMap(CommandSpec::name, spec -> spec, (a, b) -> a));
    for (CommandSpec spec : specs) {
      int at = hash(spec.name()) & mask;
      while (slots[at] != null) {
        at = (at + 1) & mask;
      }
      slots[at] = spec;
    }
  }

  /// The command that `in[offset, offset + length)` names, in any case; null if there is none.
  @Nullable CommandSpec find(ByteBuf in, int offset, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + lower(in.getByte(offset + i));
    }
    int at = (hash ^ (hash >>> 15)) & mask;
    for (CommandSpec spec = slots[at]; spec != null; spec = slots[at]) {
      if (named(spec.name(), in, offset, length)) {
        return spec;
      }
      at = (at + 1) & mask;
    }
    return null;
  }

  /// The command that a request names, its subcommand included; null if there is none.
  @Nullable CommandSpec find(RequestReader request, ByteBuf in) {
    int base = in.readerIndex();
    CommandSpec spec = find(in, base + request.offset(0), request.length(0));
    if (spec == null || !spec.container() || request.noted() < 2) {
      return spec;
    }
    return byName.get(
        spec.name() + "|" + KeyFinder.text(request, in, 1).toLowerCase(java.util.Locale.ROOT));
  }

  /// Why a command is not served; null if it is.
  static @Nullable String notServed(CommandSpec spec, RequestReader request, ByteBuf in) {
    int bar = spec.name().indexOf('|');
    String name = bar < 0 ? spec.name() : spec.name().substring(0, bar);
    boolean usage = spec.name().equals("memory|usage");
    if (NOT_SERVED.contains(name) && !usage) {
      return "'" + spec.name() + "' is not supported by the gateway yet";
    }
    if ((spec.blocking() || BLOCKING.contains(name)) && blocks(spec, request, in)) {
      return "'" + spec.name() + "' would block, which the gateway does not support yet";
    }
    String words = WORDS_NOT_SERVED.get(spec.name());
    for (int i = 2; words != null && i < request.noted(); i++) {
      String word = KeyFinder.text(request, in, i).toLowerCase(java.util.Locale.ROOT);
      if (!word.isEmpty() && Set.of(words.split(" ")).contains(word)) {
        return "'"
            + spec.name()
            + "' with "
            + word.toUpperCase(java.util.Locale.ROOT)
            + " is not supported by the gateway yet";
      }
    }
    return null;
  }

  /// XREAD and XREADGROUP block only if they are asked to.
  private static boolean blocks(CommandSpec spec, RequestReader request, ByteBuf in) {
    if (!spec.name().startsWith("xread")) {
      return true;
    }
    for (int i = 1; i < request.noted(); i++) {
      if (KeyFinder.text(request, in, i).equalsIgnoreCase("block")) {
        return true;
      }
    }
    return false;
  }

  private static boolean named(String name, ByteBuf in, int offset, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(in.getByte(offset + i)) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(String name) {
    int hash = 0;
    for (byte b : name.getBytes(StandardCharsets.US_ASCII)) {
      hash = hash * 31 + b;
    }
    return hash ^ (hash >>> 15);
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
