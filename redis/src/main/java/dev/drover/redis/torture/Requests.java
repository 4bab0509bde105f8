package dev.drover.redis.torture;

import dev.drover.engine.torture.KeyName;
import io.lettuce.core.Range;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// In which words an operation is asked for: by a command, a script, a script's digest or a
/// function, drawn at random. They all do the same.
final class Requests {
  private static final long FAR_OFF_SECONDS = 1_000_000;

  private final Random random;
  private final boolean functions;

  /// @param functions whether the homes have [Scripts#LIBRARY]
  Requests(Random random, boolean functions) {
    this.random = random;
    this.functions = functions;
  }

  // --- registers

  void set(RedisCommands<String, String> to, KeyName key, String text) {
    int drawn = random.nextInt(6);
    if (drawn == 0) {
      setByScript(to, List.of(key), List.of(text));
    } else if (Form.of(key) == Form.HASH) {
      if (drawn < 3) {
        var _ = to.hset(key.toString(), Form.FIELD, text);
      } else {
        var _ = to.hset(key.toString(), Map.of(Form.FIELD, text));
      }
    } else {
      switch (drawn) {
        case 1 -> {
          var _ = to.setGet(key.toString(), text);
        }
        case 2 -> {
          var _ = to.set(key.toString(), text, SetArgs.Builder.px(FAR_OFF_SECONDS * 1_000));
        }
        case 3 -> {
          var _ = to.set(key.toString(), text, SetArgs.Builder.ex(FAR_OFF_SECONDS));
        }
        default -> {
          var _ = to.set(key.toString(), text);
        }
      }
    }
  }

  /// All at once.
  void setBoth(RedisCommands<String, String> to, List<KeyName> keys, List<String> texts) {
    boolean strings = keys.stream().allMatch(key -> Form.of(key) == Form.STRING);
    if (!strings || random.nextInt(4) == 0) {
      setByScript(to, keys, texts);
    } else {
      var _ =
          to.mset(
              Map.of(
                  keys.getFirst().toString(), texts.getFirst(),
                  keys.getLast().toString(), texts.getLast()));
    }
  }

  private static void setByScript(
      RedisCommands<String, String> to, List<KeyName> keys, List<String> texts) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      arguments.add(Form.of(keys.get(i)).name());
      arguments.add(texts.get(i));
    }
    Long _ =
        to.eval(
            Scripts.SET,
            ScriptOutputType.INTEGER,
            keys.stream().map(KeyName::toString).toArray(String[]::new),
            arguments.toArray(String[]::new));
  }

  @Nullable String get(RedisCommands<String, String> from, KeyName key) {
    return switch (Form.of(key)) {
      case HASH -> from.hget(key.toString(), Form.FIELD);
      case STRING, SORTED_SET, LIST, STREAM -> from.get(key.toString());
    };
  }

  // --- counters

  /// @return what it has counted to
  long increment(RedisCommands<String, String> to, KeyName key) {
    String[] keys = {key.toString()};
    String form = Form.of(key).name();
    return switch (random.nextInt(functions ? 6 : 5)) {
      case 0 -> incrementByScript(to, keys, form);
      case 1 -> incrementByDigest(to, keys, form);
      case 5 -> to.<Long>fcall(Scripts.FUNCTION, ScriptOutputType.INTEGER, keys, form);
      default ->
          switch (Form.of(key)) {
            case HASH -> to.hincrby(key.toString(), Form.FIELD, 1);
            case SORTED_SET -> to.zincrby(key.toString(), 1, Form.FIELD).longValue();
            case STRING, LIST, STREAM -> to.incr(key.toString());
          };
    };
  }

  private static long incrementByScript(
      RedisCommands<String, String> to, String[] keys, String form) {
    return to.<Long>eval(Scripts.INCREMENT, ScriptOutputType.INTEGER, keys, form);
  }

  /// A home that does not know the digest promises by NOSCRIPT that nothing was done. So the script
  /// itself is sent then, as clients do; a promise that was broken is a number that no increment
  /// explains.
  private static long incrementByDigest(
      RedisCommands<String, String> to, String[] keys, String form) {
    try {
      String digest = to.digest(Scripts.INCREMENT);
      return to.<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, form);
    } catch (RedisNoScriptException e) {
      return incrementByScript(to, keys, form);
    }
  }

  long count(RedisCommands<String, String> from, KeyName key) {
    return switch (Form.of(key)) {
      case HASH -> Values.number(from.hget(key.toString(), Form.FIELD));
      case SORTED_SET -> {
        Double score = from.zscore(key.toString(), Form.FIELD);
        yield score == null ? 0 : score.longValue();
      }
      case STRING, LIST, STREAM -> Values.number(from.get(key.toString()));
    };
  }

  // --- lists

  /// @return how long it is now
  long push(RedisCommands<String, String> to, KeyName key, String element) {
    Form form = Form.of(key);
    // The answer to XADD does not say how long the stream is.
    if (form == Form.STREAM || random.nextInt(3) == 0) {
      return to.<Long>eval(
          Scripts.PUSH,
          ScriptOutputType.INTEGER,
          new String[] {key.toString()},
          form.name(),
          element);
    }
    return to.rpush(key.toString(), element);
  }

  List<String> elements(RedisCommands<String, String> from, KeyName key) {
    if (Form.of(key) == Form.STREAM) {
      return from.xrange(key.toString(), Range.unbounded()).stream()
          .map(entry -> entry.getBody().getOrDefault(Form.FIELD, ""))
          .toList();
    }
    return from.lrange(key.toString(), 0, -1);
  }
}
