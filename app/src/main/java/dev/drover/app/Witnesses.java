package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.gateway.HomeWitness;
import dev.drover.store.StateStore;
import java.time.Duration;
import java.util.List;

/// This process' look at all homes, once a second. Only where a partition has a fallback does
/// anything come of it but that people are told.
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
      OpenHomes homes,
      HomeWitness.Listener listener) {
    HomeWitness witness =
        new HomeWitness(
            new HomeWitness.Who(
                name,
                gateway,
                goneAfter(config),
                HomeWitness.EVERY,
                System::nanoTime,
                System::currentTimeMillis),
            store,
            homes.configured().stream().map(Config.Home::name).toList(),
            homes::ask,
            listener);
    witness.start();
    return witness;
  }

  /// Has a witness ask the homes of another configuration from now on.
  static void watch(HomeWitness witness, Config config, OpenHomes homes) {
    List<HomeId> reached =
        config.homes().stream()
            .filter(home -> homes.has(home.engine()))
            .map(Config.Home::name)
            .toList();
    witness.watch(reached, goneAfter(config));
  }

  private static Duration goneAfter(Config config) {
    return config.fallbacks().isEmpty() ? HomeWitness.NEVER : config.times().homeGoneAfter();
  }
}
