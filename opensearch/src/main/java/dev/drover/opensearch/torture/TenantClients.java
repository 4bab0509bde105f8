package dev.drover.opensearch.torture;

import dev.drover.engine.torture.KeyName;
import dev.drover.engine.torture.TortureClient;
import dev.drover.engine.torture.TortureClients;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Clients of the tenants, each of one gateway.
final class TenantClients implements TortureClients {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  @Override
  public TortureClient connect(int port, Random random) {
    return new Client(http, port, random);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private record Client(HttpClient http, int port, Random random) implements TortureClient {
    private DocumentRequests of(KeyName key) {
      return new DocumentRequests(
          new Asking(http, port, TenantTortureKit.tenant(key.partition())), key.toString(), random);
    }

    @Override
    public void set(Map<KeyName, Long> values) throws Failed {
      if (values.size() == 1) {
        Map.Entry<KeyName, Long> one = values.entrySet().iterator().next();
        of(one.getKey()).set(one.getValue());
      } else {
        of(values.keySet().iterator().next()).setAll(values);
      }
    }

    @Override
    public long get(KeyName key) throws Failed {
      return of(key).get();
    }

    @Override
    public void delete(KeyName key) throws Failed {
      of(key).delete();
    }

    @Override
    public long increment(KeyName key) throws Failed {
      return of(key).increment();
    }

    @Override
    public long count(KeyName key) throws Failed {
      return of(key).count();
    }

    @Override
    public long push(KeyName key, long element) throws Failed {
      return of(key).push(element);
    }

    @Override
    public List<Long> list(KeyName key) throws Failed {
      return of(key).list();
    }

    @Override
    public void close() {}
  }
}
