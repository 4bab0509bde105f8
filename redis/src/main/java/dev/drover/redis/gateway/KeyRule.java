package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the keys of a command stand, and which of its options the gateway has to know: by the
/// command's own grammar, as the server reads it. What does not fit the grammar is refused, never
/// guessed.
///
/// Source: the functions `…GetKeys` of Redis' `db.c`, and each command's own parser (`sort.c`,
/// `t_stream.c`, `geo.c`).
sealed interface KeyRule {
  /// Finds nothing: how the request ends is in [Keys#refusal].
  int REFUSED = -1;

  /// Notes the places of all keys.
  ///
  /// @return how many there are, or [#REFUSED]
  int find(RequestReader request, ByteBuf in, Keys keys);

  /// The key that can be told before the whole request is there, 0 if there is none.
  default int onlyKey() {
    return 0;
  }

  /// No keys.
  record None() implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      return 0;
    }
  }

  /// From one argument to another, the last one counted from the end if it is negative.
  record Fixed(int first, int last, int step) implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      int end = last < 0 ? request.arguments() + last : last;
      if (end >= request.arguments() || first > end) {
        return keys.refuse("wrong number of arguments");
      }
      for (int i = first; i <= end; i += step) {
        keys.add(i);
      }
      return keys.count();
    }

    @Override
    public int onlyKey() {
      return first == last ? first : 0;
    }
  }

  /// The argument `at` is how many keys follow it; with a key at 1 before that if `stored`.
  record Counted(int at, int step, boolean stored) implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      if (at >= request.arguments()) {
        return keys.refuse("wrong number of arguments");
      }
      int left = (request.arguments() - at - 1) / step;
      int count = OptionWords.number(request, in, at, left);
      if (count < 0) {
        return keys.refuse("the number of keys is not a number, or more than there are arguments");
      }
      if (stored) {
        keys.add(1);
      }
      for (int i = 0; i < count; i++) {
        keys.add(at + 1 + i * step);
      }
      return keys.count();
    }
  }

  /// `key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA] [STORE key]`; of
  /// several STORE the last one counts. BY and GET would read keys of other scopes.
  record Sort() implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      Options options = new Options(request, in, 2);
      int store = 0;
      while (options.more()) {
        if (options.take("limit", 2) || options.takeAny("asc", "desc", "alpha")) {
          continue;
        }
        if (options.take("store", 1)) {
          store = options.last();
        } else if (options.take("by", 1) || options.take("get", 1)) {
          return keys.refuse("BY and GET read other keys, which the gateway does not support");
        } else {
          return keys.refuse(options.unknown());
        }
      }
      if (request.arguments() < 2) {
        return keys.refuse("wrong number of arguments");
      }
      keys.add(1);
      if (store > 0) {
        keys.add(store);
      }
      return keys.count();
    }
  }

  /// `[GROUP group consumer] [COUNT n] [BLOCK ms] [NOACK] [CLAIM ms] STREAMS key … id …`.
  record Streams() implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      Options options = new Options(request, in, 1);
      while (options.more()) {
        if (options.take("group", 2)
            || options.take("count", 1)
            || options.take("claim", 1)
            || options.takeAny("noack")) {
          continue;
        }
        if (options.take("block", 1)) {
          return keys.refuse("it would block, which the gateway does not support yet");
        }
        if (!options.takeAny("streams")) {
          return keys.refuse(options.unknown());
        }
        int rest = request.arguments() - options.at();
        if (rest == 0 || rest % 2 != 0) {
          return keys.refuse("for each stream it must name an ID");
        }
        for (int i = 0; i < rest / 2; i++) {
          keys.add(options.at() + i);
        }
        return keys.count();
      }
      return keys.refuse("wrong number of arguments");
    }
  }

  /// `source destination [DB n] [REPLACE]`. Only database 0 is served.
  record Copy() implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      if (request.arguments() < 3) {
        return keys.refuse("wrong number of arguments");
      }
      Options options = new Options(request, in, 3);
      while (options.more()) {
        if (options.take("db", 1)) {
          return keys.refuse("the gateway serves database 0 only");
        }
        if (!options.takeAny("replace")) {
          return keys.refuse(options.unknown());
        }
      }
      keys.add(1);
      keys.add(2);
      return keys.count();
    }
  }

  /// GEORADIUS and GEORADIUSBYMEMBER, whose options begin at `options`: `[WITHCOORD] [WITHDIST]
  /// [WITHHASH] [COUNT n [ANY]] [ASC|DESC] [STORE key|STOREDIST key]`.
  record Radius(int options) implements KeyRule {
    @Override
    public int find(RequestReader request, ByteBuf in, Keys keys) {
      if (request.arguments() < options) {
        return keys.refuse("wrong number of arguments");
      }
      Options words = new Options(request, in, options);
      keys.add(1);
      while (words.more()) {
        if (words.take("store", 1) || words.take("storedist", 1)) {
          keys.add(words.last());
        } else if (!words.take("count", 1)
            && !words.takeAny("withcoord", "withdist", "withhash", "any", "asc", "desc")) {
          return keys.refuse(words.unknown());
        }
      }
      return keys.count();
    }
  }

  /// Reads a rule as `commands.txt` writes it.
  static KeyRule parse(String text) {
    return switch (text) {
      case "none" -> new None();
      case "sort" -> new Sort();
      case "streams" -> new Streams();
      case "copy" -> new Copy();
      default -> {
        Matcher match = Parser.RULE.matcher(text);
        if (!match.matches()) {
          throw new IllegalArgumentException("no rule for keys: '" + text + "'");
        }
        int step = match.group("step") == null ? 1 : Integer.parseInt(match.group("step"));
        if (match.group("first") != null) {
          int first = Integer.parseInt(match.group("first"));
          String last = match.group("last");
          yield new Fixed(first, last == null ? first : Integer.parseInt(last), step);
        }
        int at = Integer.parseInt(match.group("at"));
        yield match.group("radius") != null
            ? new Radius(at)
            : new Counted(at, step, match.group("stored") != null);
      }
    };
  }

  /// The form of rules with numbers in them.
  final class Parser {
    private static final Pattern RULE =
        Pattern.compile(
            "((?<first>\\d)(\\.\\.(?<last>-?\\d))?|(?<stored>1\\+)?((?<radius>radius)|count)@(?<at>\\d))"
                + "(/(?<step>\\d))?");

    private Parser() {}
  }
}
