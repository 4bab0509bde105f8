package dev.drover.torture.fleet;

import dev.drover.store.StateStore;
import dev.drover.store.remote.RemoteStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The embedded store: it lives and dies with the server, which serves it to the gateways.
record EmbeddedUnderTest(Wiring wiring, Supplier<Child> server) implements StoreUnderTest {
  static final String SERVER = "server";
  private static final String PORT = "store";
  private static final String TOKEN = "of-gateways";

  @Override
  public List<Child> nodes() {
    return List.of(server.get());
  }

  @Override
  public boolean apart() {
    return false;
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
    return RemoteStore.connect(
        RemoteStore.Options.defaults("127.0.0.1", wiring.listens(PORT)).withToken(TOKEN));
  }

  @Override
  public void join(String party) throws IOException {
    if (!party.equals(SERVER)) {
      wiring.join(party, SERVER, wiring.listens(PORT));
    }
  }

  @Override
  public List<String> wires(String party) {
    return List.of(party + "-" + SERVER);
  }

  @Override
  public String underServer(String party) {
    // The log is small, so that a full disk is felt at once.
    return party.equals(SERVER)
        ? "  store: 127.0.0.1:%d\n  gatewayToken: %s\n  limits:\n    storeLog: 8KB\n"
            .formatted(wiring.listens(PORT), TOKEN)
        : "  store: 127.0.0.1:%d\n  gatewayToken: %s\n"
            .formatted(wiring.port(party, SERVER), TOKEN);
  }

  @Override
  public String section(String party) {
    return "";
  }
}
