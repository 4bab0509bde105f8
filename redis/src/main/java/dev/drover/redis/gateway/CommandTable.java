package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the command that a request names. Immutable.
final class CommandTable {
  private static final int SUBCOMMAND_BYTES_MAX = 32;

  private final @Nullable CommandSpec[] slots;
  private final int mask;
  private final Map<String, CommandSpec> byName = new HashMap<>();
  private final Set<String> containers = new HashSet<>();

  CommandTable(Collection<CommandSpec> specs) {
    int size = Integer.highestOneBit(Math.max(16, specs.size()) * 4 - 1);
    slots = new @Nullable CommandSpec[size];
    mask = size - 1;
    for (CommandSpec spec : specs) {
      byName.put(spec.name(), spec);
      int bar = spec.name().indexOf('|');
      if (bar > 0) {
        containers.add(spec.name().substring(0, bar));
        continue;
      }
      int at = hash(spec.name()) & mask;
      while (slots[at] != null) {
        at = (at + 1) & mask;
      }
      slots[at] = spec;
    }
  }

  Collection<CommandSpec> all() {
    return byName.values();
  }

  /// The command that a request names, its subcommand included; null if there is none.
  @Nullable CommandSpec find(RequestReader request, ByteBuf in) {
    int length = request.length(0);
    int offset = in.readerIndex() + request.offset(0);
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + OptionWords.lower(in.getByte(offset + i));
    }
    int at = (hash ^ (hash >>> 15)) & mask;
    for (CommandSpec spec = slots[at]; spec != null; spec = slots[at]) {
      if (OptionWords.is(request, in, 0, spec.name())) {
        return containers.contains(spec.name()) ? subcommand(spec, request, in) : spec;
      }
      at = (at + 1) & mask;
    }
    return null;
  }

  /// A container that is named alone is itself; with a subcommand that is not known, nothing is.
  private @Nullable CommandSpec subcommand(
      CommandSpec container, RequestReader request, ByteBuf in) {
    if (request.arguments() < 2) {
      return container;
    }
    if (request.noted() < 2 || request.length(1) > SUBCOMMAND_BYTES_MAX) {
      return null;
    }
    String sub =
        in.toString(
                in.readerIndex() + request.offset(1),
                request.length(1),
                StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return byName.get(container.name() + "|" + sub);
  }

  private static int hash(String name) {
    int hash = 0;
    for (byte b : name.getBytes(StandardCharsets.US_ASCII)) {
      hash = hash * 31 + b;
    }
    return hash ^ (hash >>> 15);
  }
}
