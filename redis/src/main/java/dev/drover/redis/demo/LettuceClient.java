package dev.drover.redis.demo;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.Tally;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A client by a well-known library. A number is the value of a string, a counter, a field of a
/// hash, or the last id of a stream, to which an entry is added each time.
record LettuceClient(StatefulRedisConnection<String, String> connection) implements DemoClient {
  private static final String NUMBER = "n";

  @Override
  public long write(Tally to, long number) throws IOException {
    return answer(
        redis ->
            switch (to.kind()) {
              case LAST -> overwrite(redis, to, number);
              case COUNT -> redis.incr(to.key());
              case LOG -> append(redis, to, number);
            });
  }

  private static long overwrite(RedisCommands<String, String> redis, Tally to, long number) {
    String text = Long.toString(number);
    if (to.field().isEmpty()) {
      redis.set(to.key(), text);
    } else {
      redis.hset(to.key(), to.field(), text);
    }
    return number;
  }

  private static long append(RedisCommands<String, String> redis, Tally to, long number) {
    redis.xadd(to.key(), new XAddArgs().id(number + "-0"), Map.of(NUMBER, Long.toString(number)));
    return number;
  }

  @Override
  public long read(Tally from) throws IOException {
    return answer(
        redis ->
            switch (from.kind()) {
              case LAST ->
                  number(
                      from.field().isEmpty()
                          ? redis.get(from.key())
                          : redis.hget(from.key(), from.field()));
              case COUNT -> number(redis.get(from.key()));
              case LOG -> last(redis, from);
            });
  }

  private static long last(RedisCommands<String, String> redis, Tally log) {
    List<StreamMessage<String, String>> last =
        redis.xrevrange(log.key(), Range.unbounded(), Limit.from(1));
    return last.isEmpty() ? 0 : number(last.getFirst().getBody().get(NUMBER));
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  @Override
  public long length(Tally log) throws IOException {
    return answer(redis -> redis.xlen(log.key()));
  }

  private long answer(ToLongFunction<RedisCommands<String, String>> asked) throws IOException {
    try {
      return asked.applyAsLong(connection.sync());
    } catch (RedisException | CancellationException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
