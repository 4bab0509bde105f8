package dev.drover.redis.gateway;

import dev.drover.redis.move.RedisHome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the homes which commands they have. At least one has to answer before clients are served;
/// the others are asked again until they do, because their commands can make the table stricter.
final class HomeLearning {
  private static final Logger LOG = LoggerFactory.getLogger(HomeLearning.class);
  private static final long RETRY_MILLIS = 500;
  private static final long AGAIN_MILLIS = 2_000;

  private final Serving serving;
  private final BooleanSupplier closed;

  HomeLearning(Serving serving, BooleanSupplier closed) {
    this.serving = serving;
    this.closed = closed;
  }

  /// Returns when a home has answered, or the gateway is closed.
  void first() throws InterruptedException {
    while (!closed.getAsBoolean()) {
      learn();
      if (!serving.commandsOfHomes().isEmpty()) {
        CommandCatalog.cannotBeAdded(serving.commandsOfHomes(), serving.options().addedWrites())
            .forEach(fault -> LOG.warn("writeCommands: {}", fault));
        Thread.ofVirtual().name("learn-commands").start(this::others);
        return;
      }
      Thread.sleep(RETRY_MILLIS);
    }
  }

  private void others() {
    try {
      while (!closed.getAsBoolean()) {
        Thread.sleep(AGAIN_MILLIS);
        learn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void learn() throws InterruptedException {
    List<Thread> asking = new ArrayList<>();
    for (RedisHome home : serving.homes().values()) {
      if (serving.facts(home.id()).isEmpty()) {
        asking.add(Thread.ofVirtual().name("learn-" + home.id()).start(() -> learn(home)));
      }
    }
    for (Thread each : asking) {
      each.join();
    }
    if (!asking.isEmpty()) {
      serving.tableAnew();
    }
  }

  private void learn(RedisHome home) {
    try {
      serving.learned(home.id(), HomeFacts.ask(home));
    } catch (IOException e) {
      LOG.warn("{} cannot be asked for its commands: {}", home, e.getMessage());
    }
  }
}
