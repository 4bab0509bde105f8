package dev.drover.redis.demo;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.DemoClients;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Connects clients of a well-known library, which connect again by themselves.
final class LettuceClients implements DemoClients {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final ClientResources resources =
      DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
  private final RedisClient redis = RedisClient.create(resources);

  LettuceClients() {
    redis.setOptions(ClientOptions.builder().autoReconnect(true).build());
  }

  @Override
  public DemoClient connect(int port) throws IOException {
    RedisURI uri =
        RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(ANSWER_MAX).build();
    try {
      return new LettuceClient(redis.connect(uri));
    } catch (RedisException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    redis.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
  }
}
