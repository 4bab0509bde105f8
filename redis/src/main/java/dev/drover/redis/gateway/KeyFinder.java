package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Finds the keys of commands that say themselves where their keys stand (Redis marks them
/// `movablekeys`), where these rules are known. What is not known is refused, never guessed.
final class KeyFinder {
  /// What tells the keys of a command.
  private sealed interface Rule {
    /// `numkeys` stands at this index, and the keys follow.
    record Counted(int index) implements Rule {}

    /// A key at 1, then `numkeys` at 2 and the keys.
    record Stored() implements Rule {}

    /// A key at 1, and one after the word STORE if there is one.
    record Sorted() implements Rule {}

    /// After the word STREAMS, half of what follows.
    record Streams() implements Rule {}
  }

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          Map.entry("eval", new Rule.Counted(2)),
          Map.entry("evalsha", new Rule.Counted(2)),
          Map.entry("eval_ro", new Rule.Counted(2)),
          Map.entry("evalsha_ro", new Rule.Counted(2)),
          Map.entry("fcall", new Rule.Counted(2)),
          Map.entry("fcall_ro", new Rule.Counted(2)),
          Map.entry("zunion", new Rule.Counted(1)),
          Map.entry("zinter", new Rule.Counted(1)),
          Map.entry("zdiff", new Rule.Counted(1)),
          Map.entry("sintercard", new Rule.Counted(1)),
          Map.entry("zintercard", new Rule.Counted(1)),
          Map.entry("lmpop", new Rule.Counted(1)),
          Map.entry("zmpop", new Rule.Counted(1)),
          Map.entry("zunionstore", new Rule.Stored()),
          Map.entry("zinterstore", new Rule.Stored()),
          Map.entry("zdiffstore", new Rule.Stored()),
          Map.entry("sort", new Rule.Sorted()),
          Map.entry("sort_ro", new Rule.Sorted()),
          Map.entry("xread", new Rule.Streams()),
          Map.entry("xreadgroup", new Rule.Streams()));

  private KeyFinder() {}

  /// Notes the indexes of all keys in `keys`.
  ///
  /// @return how many; -1 if it is not known how to find them; -2 if the command is malformed
  static int find(CommandSpec spec, RequestReader request, ByteBuf in, int[] keys) {
    Rule rule = RULES.get(spec.name());
    return switch (rule) {
      case null -> spec.movableKeys() ? -1 : fixed(spec, request, keys);
      case Rule.Counted counted -> counted(request, in, counted.index(), 0, keys);
      case Rule.Stored _ -> {
        keys[0] = 1;
        yield counted(request, in, 2, 1, keys);
      }
      case Rule.Sorted _ -> sorted(request, in, keys);
      case Rule.Streams _ -> streams(request, in, keys);
    };
  }

  private static int fixed(CommandSpec spec, RequestReader request, int[] keys) {
    if (spec.firstKey() == 0) {
      return 0;
    }
    int last = spec.lastKey() < 0 ? request.arguments() + spec.lastKey() : spec.lastKey();
    if (last >= request.arguments() || spec.firstKey() > last) {
      return -2;
    }
    int count = 0;
    for (int i = spec.firstKey(); i <= last; i += Math.max(1, spec.keyStep())) {
      if (count < keys.length) {
        keys[count] = i;
      }
      count++;
    }
    return count;
  }

  private static int counted(RequestReader request, ByteBuf in, int index, int found, int[] keys) {
    if (index >= request.noted()) {
      return -2;
    }
    String number = text(request, in, index);
    int count;
    try {
      count = Integer.parseUnsignedInt(number);
    } catch (NumberFormatException e) {
      return -2;
    }
    if (count > request.arguments() - index - 1) {
      return -2;
    }
    for (int i = 0; i < count && found + i < keys.length; i++) {
      keys[found + i] = index + 1 + i;
    }
    return found + count;
  }

  private static int sorted(RequestReader request, ByteBuf in, int[] keys) {
    if (request.arguments() < 2) {
      return -2;
    }
    keys[0] = 1;
    int count = 1;
    for (int i = 2; i + 1 < request.noted() && count < keys.length; i++) {
      if (text(request, in, i).equalsIgnoreCase("store")) {
        keys[count++] = i + 1;
      }
    }
    return count;
  }

  private static int streams(RequestReader request, ByteBuf in, int[] keys) {
    for (int i = 1; i < request.noted(); i++) {
      if (request.length(i) == 7
          && text(request, in, i).toLowerCase(Locale.ROOT).equals("streams")) {
        int rest = request.arguments() - i - 1;
        if (rest == 0 || rest % 2 != 0) {
          return -2;
        }
        for (int k = 0; k < rest / 2 && k < keys.length; k++) {
          keys[k] = i + 1 + k;
        }
        return rest / 2;
      }
    }
    return -2;
  }

  /// An argument as text.
  static String text(RequestReader request, ByteBuf in, int argument) {
    return in.toString(
        in.readerIndex() + request.offset(argument),
        request.length(argument),
        StandardCharsets.UTF_8);
  }
}
