package dev.drover.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.StartException;
import dev.drover.core.PartitionId;
import dev.drover.engine.Plug;
import dev.drover.redis.plug.RedisPlug;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

final class DemoSubjectTest {
  /// The same engine, with nothing that a plug may leave out.
  private static Plug bare(Plug whole) {
    return (Plug)
        Proxy.newProxyInstance(
            Plug.class.getClassLoader(),
            new Class<?>[] {Plug.class},
            (proxy, method, arguments) ->
                method.isDefault()
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : method.invoke(whole, arguments));
  }

  @Test
  void anEngineWithoutAKitIsRefusedByName() {
    assertThatThrownBy(() -> DemoSubject.of(bare(new RedisPlug())))
        .isInstanceOf(StartException.class)
        .hasMessage("engine 'redis' brings nothing to run a demo with");
  }

  @Test
  void thePartitionIsTheEnginesOwn() throws Exception {
    assertThat(DemoSubject.of(new RedisPlug()).partition())
        .isEqualTo(PartitionId.parse("redis/app:billing:"));
  }
}
