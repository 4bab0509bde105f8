package dev.drover.torture.fleet;

import java.io.IOException;
import java.time.Duration;

/// The embedded store: it lives and dies with the server.
record EmbeddedUnderTest(Child server) implements StoreUnderTest {
  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public void start(Duration atMost) throws IOException, InterruptedException {
    server.start();
    if (!server.awaitReady(atMost)) {
      throw new IOException("the server did not start: " + server.logText().strip());
    }
  }

  @Override
  public void kill() throws InterruptedException {
    server.kill();
  }

  @Override
  public void pause() throws IOException, InterruptedException {
    server.pause();
  }

  @Override
  public void resume() throws IOException, InterruptedException {
    server.resume();
  }

  @Override
  public boolean restart(Duration atMost) throws IOException, InterruptedException {
    server.start();
    return server.awaitReady(atMost);
  }
}
