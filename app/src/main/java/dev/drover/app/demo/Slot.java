package dev.drover.app.demo;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A place that one writer owns and that holds a number which only grows: whoever reads less than
/// was acknowledged before has found a loss.
final class Slot {
  /// How a number is kept.
  enum Kind {
    /// The value of a string.
    SET,
    /// A counter.
    INCR,
    /// A field of a hash.
    HSET,
    /// The last id of a stream, to which an entry is added each time.
    XADD
  }

  private final Kind kind;
  private final String key;
  private final String field;
  private final AtomicLong acknowledged = new AtomicLong();
  private long tried;
  private long unknown;

  Slot(Kind kind, String key, String field) {
    this.kind = kind;
    this.key = key;
    this.field = field;
  }

  /// The largest number whose write has been acknowledged.
  long acknowledged() {
    return acknowledged.get();
  }

  /// Writes the next number. For its owner only.
  void write(RedisCommands<String, String> to) {
    long next = ++tried;
    unknown++;
    long written =
        switch (kind) {
          case SET -> {
            to.set(key, Long.toString(next));
            yield next;
          }
          case INCR -> to.incr(key);
          case HSET -> {
            to.hset(key, field, Long.toString(next));
            yield next;
          }
          case XADD -> {
            to.xadd(key, new XAddArgs().id(next + "-0"), Map.of("n", Long.toString(next)));
            yield next;
          }
        };
    unknown--;
    acknowledged.accumulateAndGet(written, Math::max);
  }

  /// The number that is there; 0 if there is none.
  long read(RedisCommands<String, String> from) {
    return switch (kind) {
      case SET, INCR -> number(from.get(key));
      case HSET -> number(from.hget(key, field));
      case XADD -> {
        List<StreamMessage<String, String>> last =
            from.xrevrange(key, Range.unbounded(), Limit.from(1));
        yield last.isEmpty() ? 0 : number(last.getFirst().getBody().get("n"));
      }
    };
  }

  /// How many acknowledged writes are missing, when all writers have stopped. A write that is there
  /// twice counts as well.
  long lost(RedisCommands<String, String> from) {
    long found = read(from);
    long missing = found < acknowledged.get() ? acknowledged.get() - found : 0;
    return switch (kind) {
      // Of overwritten numbers only the last one can be missed.
      case SET, HSET -> Math.min(1, missing);
      case INCR -> found > tried ? found - tried : missing;
      case XADD -> Math.max(0, tried - unknown - from.xlen(key));
    };
  }

  @Override
  public String toString() {
    return key + (field.isEmpty() ? "" : " " + field);
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
