package dev.drover.redis.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Requests of every form that a command's grammar allows, and of some that it does not: options in
/// all places, names that are option words, NULs, any case, numbers at their limits. The grammar is
/// the server's own (`COMMAND DOCS`, Redis 7.0). Strings are Latin-1.
final class CommandForms {
  private static final String[] NAMES = {
    "a", "b", "1", "STORE", "store", "BLOCK", "streams", "DB", "BY", "GET", "", "\0", "STORE\0",
    "GROUP", "-", "+", "$", ">", "*", "0-1", "\u00ff", "LIMIT", "numkeys", "(1", "[a", "f"
  };
  private static final String[] INTEGERS = {
    "0",
    "1",
    "2",
    "3",
    "10",
    "-1",
    "-2",
    "100",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "01",
    "+1",
    " 1",
    "1.5",
    "x",
    ""
  };
  private static final String[] DOUBLES = {
    "0", "1", "-1", "1.5", "1e3", "inf", "-inf", "nan", "1e400", "0x10", "45", "13.3", ""
  };
  private static final String[] TIMES = {"0", "1", "2000000000", "99999999999", "-1", "x"};
  private static final String[] SCRIPTS = {
    "return 1",
    "return redis.call('SET', KEYS[1], 'x')",
    "return redis.call('GET', KEYS[1])",
    "return redis.call('INCR', KEYS[2])",
    "redis.call('RPUSH', KEYS[1], 'x') error('after')",
    "return redis.pcall('DEL', 'other')"
  };

  private final Random random;
  private final String prefix;
  private final Map<String, Grammar> grammars = new TreeMap<>();

  /// One command as the server documents it.
  private record Grammar(String group, List<Map<String, Object>> arguments) {}

  /// @param docs the answer to COMMAND DOCS
  /// @param prefix of all keys
  CommandForms(Object docs, String prefix, long seed) {
    this.random = new Random(seed);
    this.prefix = prefix;
    pairs(docs).forEach(this::document);
  }

  private void document(String name, Object doc) {
    Map<String, Object> parts = pairs(doc);
    if (parts.get("subcommands") instanceof List<?> subcommands) {
      pairs(subcommands).forEach(this::document);
    }
    grammars.put(
        name.toLowerCase(Locale.ROOT),
        new Grammar(String.valueOf(parts.get("group")), arguments(parts.get("arguments"))));
  }

  private static List<Map<String, Object>> arguments(@Nullable Object list) {
    List<Map<String, Object>> all = new ArrayList<>();
    if (list instanceof List<?> each) {
      each.forEach(argument -> all.add(pairs(argument)));
    }
    return all;
  }

  private static Map<String, Object> pairs(Object flat) {
    Map<String, Object> pairs = new HashMap<>();
    List<?> list = (List<?>) flat;
    for (int i = 0; i + 1 < list.size(); i += 2) {
      pairs.put((String) list.get(i), list.get(i + 1));
    }
    return pairs;
  }

  /// All commands, subcommands as `object|encoding`.
  Iterable<String> commands() {
    return grammars.keySet();
  }

  /// A form of a command.
  List<String> form(String command) {
    Grammar grammar = grammars.getOrDefault(command, new Grammar("", List.of()));
    List<String> words = new ArrayList<>();
    for (String part : command.split("\\|", -1)) {
      words.add(anyCase(part));
    }
    int fixed = words.size();
    List<Map<String, Object>> arguments = new ArrayList<>(grammar.arguments());
    if (chance(20)) {
      shuffleOptional(arguments);
    }
    append(arguments, grammar.group(), words);
    spoil(words, fixed);
    return words;
  }

  private void shuffleOptional(List<Map<String, Object>> arguments) {
    List<Integer> places = new ArrayList<>();
    List<Map<String, Object>> optional = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (flag(arguments.get(i), "optional")) {
        places.add(i);
        optional.add(arguments.get(i));
      }
    }
    Collections.shuffle(optional, random);
    for (int i = 0; i < places.size(); i++) {
      arguments.set(places.get(i), optional.get(i));
    }
  }

  private void append(List<Map<String, Object>> arguments, String group, List<String> words) {
    int numkeysAt = -1;
    for (Map<String, Object> argument : arguments) {
      if (flag(argument, "optional") && chance(60)) {
        continue;
      }
      int repeat = flag(argument, "multiple") ? 1 + random.nextInt(3) : 1;
      if (numkeysAt >= 0 && "key".equals(argument.get("type"))) {
        words.set(numkeysAt, chance(90) ? Integer.toString(repeat) : pick(INTEGERS));
      }
      for (int i = 0; i < repeat; i++) {
        Object token = argument.get("token");
        if (token != null && (i == 0 || flag(argument, "multiple_token"))) {
          words.add(anyCase(String.valueOf(token)));
        }
        if ("numkeys".equals(argument.get("name"))) {
          numkeysAt = words.size();
          words.add("0");
        } else {
          one(argument, group, words);
        }
      }
    }
  }

  private void one(Map<String, Object> argument, String group, List<String> words) {
    String name = String.valueOf(argument.get("name"));
    List<Map<String, Object>> inner = arguments(argument.get("arguments"));
    switch (String.valueOf(argument.get("type"))) {
      case "pure-token" -> {}
      case "key" -> words.add(key(group));
      case "integer" ->
          words.add(chance(70) ? Integer.toString(random.nextInt(4)) : pick(INTEGERS));
      case "double" -> words.add(chance(50) ? Integer.toString(random.nextInt(9)) : pick(DOUBLES));
      case "unix-time" -> words.add(pick(TIMES));
      case "oneof" -> append(List.of(inner.get(random.nextInt(inner.size()))), group, words);
      case "block" -> append(inner, group, words);
      default -> words.add(text(name, group));
    }
  }

  private String text(String name, String group) {
    return switch (name) {
      case "script" -> pick(SCRIPTS);
      case "function" -> "add";
      case "group", "groupname" -> chance(70) ? "g" : pick(NAMES);
      case "id", "start", "end", "min", "max", "last-id" -> range(group);
      case "min-idle-time" -> pick("0", "0", "1", "x");
      case "threshold" -> pick("0", "1", "1-1", "=");
      case "encoding" -> pick("u8", "i16", "u1", "x");
      case "offset" -> pick("0", "1", "#1", "7");
      case "unit" -> pick("m", "KM", "ft");
      case "operation" -> pick("AND", "OR", "XOR", "NOT", "and");
      case "serialized-value" -> "\u0000\u0001x\n\u0000";
      default -> chance(40) ? pick("a", "b", "f", "1", "v") : pick(NAMES);
    };
  }

  private String range(String group) {
    return group.equals("stream")
        ? pick("-", "+", "0", "1-1", "2-1", "99-1", "*", "$", "0-0")
        : pick("-", "+", "-inf", "+inf", "[a", "(b", "0", "1", "(0", "10");
  }

  /// Mostly one of the group's own type, so that the command does something.
  private String key(String group) {
    String own =
        switch (group) {
          case "string", "bitmap" -> pick("s", "n");
          case "hash" -> "h";
          case "list" -> "l";
          case "set" -> pick("t", "t2");
          case "sorted-set", "sorted_set" -> pick("z", "z2");
          case "stream" -> "x";
          case "geo" -> "g";
          case "hyperloglog" -> pick("p", "p2");
          default -> pick("s", "n", "e", "h", "l", "t", "z", "x", "g");
        };
    return prefix + (chance(80) ? own : chance(50) ? "missing" : pick(NAMES));
  }

  /// Sometimes the request has a word too many or too few, or a NUL in an option.
  private void spoil(List<String> words, int fixed) {
    if (words.size() > fixed && chance(8)) {
      int at = fixed + random.nextInt(words.size() - fixed);
      switch (random.nextInt(3)) {
        case 0 -> words.remove(at);
        case 1 -> words.add(at, pick(NAMES));
        default -> words.set(at, words.get(at) + "\0");
      }
    }
  }

  private String anyCase(String word) {
    return switch (random.nextInt(3)) {
      case 0 -> word.toUpperCase(Locale.ROOT);
      case 1 -> word.toLowerCase(Locale.ROOT);
      default -> mixed(word);
    };
  }

  private String mixed(String word) {
    StringBuilder mixed = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      mixed.append(random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
    }
    return mixed.toString();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String pick(String... words) {
    return words[random.nextInt(words.length)];
  }

  private static boolean flag(Map<String, Object> argument, String flag) {
    return argument.get("flags") instanceof List<?> flags && flags.contains(flag);
  }
}
