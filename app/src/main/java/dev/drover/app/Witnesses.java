package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.gateway.HomeWitness;
import dev.drover.redis.move.HomeQuestion;
import dev.drover.redis.move.RedisHome;
import dev.drover.store.StateStore;
import java.io.IOException;
import java.util.Objects;

/// This process' look at all homes, once a second. Only where a scope has a fallback does anything
/// come of it but that people are told.
final class Witnesses {
  /// A server needs nothing to be done about its own view.
  static final HomeWitness.Listener NOBODY =
      new HomeWitness.Listener() {
        @Override
        public void gone(HomeId home, String why) {}

        @Override
        public void back(HomeId home) {}
      };

  private Witnesses() {}

  static HomeWitness start(
      Config config,
      String name,
      boolean gateway,
      StateStore store,
      RedisHomes homes,
      HomeWitness.Listener listener) {
    HomeWitness witness =
        new HomeWitness(
            new HomeWitness.Who(
                name,
                gateway,
                config.fallbacks().isEmpty() ? HomeWitness.NEVER : config.homeGoneAfter(),
                System::nanoTime,
                System::currentTimeMillis),
            store,
            homes.byName().keySet(),
            home -> ask(Objects.requireNonNull(homes.byName().get(home))),
            listener);
    witness.start();
    return witness;
  }

  private static String ask(RedisHome home) throws HomeWitness.Gone, HomeWitness.Refuses {
    try {
      return HomeQuestion.ask(home);
    } catch (HomeQuestion.LoginRefused e) {
      throw new HomeWitness.Refuses(
          "it refuses Drover's login (%s). Set the home's user and password in the configuration as they are there"
              .formatted(e.getMessage()));
    } catch (IOException e) {
      throw new HomeWitness.Gone(String.valueOf(e.getMessage()));
    }
  }
}
