package dev.drover.torture.fleet;

import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.local.HomeProgram.Durability;
import dev.drover.redis.server.RedisProgram;
import dev.drover.store.StateStore;
import dev.drover.store.redis.RedisStore;
import dev.drover.store.redis.RedisStoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A single Redis server that syncs every write before it answers it: so it keeps what it has
/// acknowledged when it is killed. What it may lose in a failover, or with its machine's clock, it
/// has not promised, and nobody takes from it here.
record RedisUnderTest(Wiring wiring, Child node) implements StoreUnderTest {
  private static final String NAME = "redis";

  /// Its file is written anew whenever it has doubled, so that a full disk meets that too.
  private static final List<String> REWRITING =
      List.of("--auto-aof-rewrite-min-size", "256kb", "--auto-aof-rewrite-percentage", "100");

  static RedisUnderTest at(Wiring wiring, Path binary, Path logs, Path data) throws IOException {
    int port = wiring.listens(NAME);
    HomeProgram program = new RedisProgram(binary);
    List<String> command =
        new ArrayList<>(program.command(port, Files.createDirectory(data), Durability.SYNCED));
    command.addAll(REWRITING);
    return new RedisUnderTest(
        wiring, new Child(NAME, logs, run -> command, log -> program.serves(port)));
  }

  @Override
  public List<Child> nodes() {
    return List.of(node);
  }

  @Override
  public boolean apart() {
    return true;
  }

  @Override
  public Duration pauseMax(Child node) {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<String> omitted() {
    return Optional.empty();
  }

  @Override
  public StateStore connect() {
    return RedisStore.connect(RedisStoreOptions.defaults("127.0.0.1", wiring.listens(NAME)));
  }

  @Override
  public void join(String party) throws IOException {
    wiring.join(party, NAME, wiring.listens(NAME));
  }

  @Override
  public List<String> wires(String party) {
    return List.of(party + "-" + NAME);
  }

  @Override
  public String underServer(String party) {
    return "";
  }

  @Override
  public String section(String party) {
    return "store: {kind: redis, address: \"127.0.0.1:%d\", acceptDataLoss: true}\n"
        .formatted(wiring.port(party, NAME));
  }
}
