package dev.drover.redis.torture;

import dev.drover.engine.torture.KeyName;
import dev.drover.engine.torture.TortureClient;
import dev.drover.engine.torture.TortureClients;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Clients of a well-known library.
final class RedisClients implements TortureClients {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  /// Longer than any gateway holds a write.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

  private final boolean functions;
  private final ClientResources resources =
      DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
  private final RedisClient redis = RedisClient.create(resources);

  /// @param functions whether the homes have [Scripts#LIBRARY]
  RedisClients(boolean functions) {
    this.functions = functions;
    redis.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_MAX).build())
            .build());
  }

  @Override
  public TortureClient connect(int port, Random random) throws TortureClient.Failed {
    RedisURI uri =
        RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(ANSWER_MAX).build();
    try {
      return new Client(redis.connect(uri), new Requests(random, functions));
    } catch (RedisException e) {
      throw new TortureClient.Failed(String.valueOf(e.getMessage()), true, true);
    }
  }

  @Override
  public void close() {
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
  }

  private record Client(StatefulRedisConnection<String, String> connection, Requests requests)
      implements TortureClient {
    private static <T> T answer(Supplier<T> sent) throws Failed {
      try {
        return sent.get();
      } catch (RedisCommandExecutionException e) {
        String why = String.valueOf(e.getMessage());
        throw new Failed(why, refused(why), false);
      } catch (RedisException e) {
        throw new Failed(e.getClass().getSimpleName() + ": " + e.getMessage(), false, true);
      }
    }

    @Override
    public void set(Map<KeyName, Long> values) throws Failed {
      List<KeyName> keys = new ArrayList<>(values.keySet());
      List<String> texts = values.values().stream().map(Values::text).toList();
      boolean _ =
          answer(
              () -> {
                if (keys.size() == 1) {
                  requests.set(connection.sync(), keys.getFirst(), texts.getFirst());
                } else {
                  requests.setBoth(connection.sync(), keys, texts);
                }
                return true;
              });
    }

    @Override
    public long get(KeyName key) throws Failed {
      return answer(() -> Values.number(requests.get(connection.sync(), key)));
    }

    @Override
    public void delete(KeyName key) throws Failed {
      long _ = answer(() -> connection.sync().del(key.toString()));
    }

    @Override
    public long increment(KeyName key) throws Failed {
      return answer(() -> requests.increment(connection.sync(), key));
    }

    @Override
    public long count(KeyName key) throws Failed {
      return answer(() -> requests.count(connection.sync(), key));
    }

    @Override
    public long push(KeyName key, long element) throws Failed {
      return answer(() -> requests.push(connection.sync(), key, Long.toString(element)));
    }

    @Override
    public List<Long> list(KeyName key) throws Failed {
      return answer(
          () -> requests.elements(connection.sync(), key).stream().map(Values::number).toList());
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  /// Whether an error promises that nothing was done: the gateway's word, or that of a home that
  /// has just been started. TRYAGAIN alone is no promise; it says what is known.
  static boolean refused(String error) {
    if (error.startsWith("TRYAGAIN ")) {
      return !error.contains("may or may not")
          && (error.contains("nothing was done") || error.contains("nothing was sent"));
    }
    return error.startsWith("QUIESCED ") || error.startsWith("LOADING ");
  }
}
