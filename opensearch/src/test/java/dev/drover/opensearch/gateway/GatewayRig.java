package dev.drover.opensearch.gateway;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.net.ClientTls;
import dev.drover.gateway.net.Endpoint;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.HoldOptions;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.rewrite.Switches;
import dev.drover.opensearch.server.TestCluster.Answer;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.SelfSigned;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// One gateway before real clusters, or what a test puts in their place. The test plays the driver:
/// it writes the records itself.
final class GatewayRig implements AutoCloseable {
  static final HomeId A = new HomeId("a");
  static final HomeId B = new HomeId("b");
  static final String TENANT = "X-Tenant";

  final MemoryStore store = MemoryStore.create();
  final GatewayServer gateway;

  /// Fails what reads records, while it is set.
  volatile boolean storeAway;

  private final boolean fresh;
  private final HttpClient client;
  private final String scheme;

  /// @param tenants each with its place, as `a/shared:orders`
  GatewayRig(int portA, int portB, Map<String, String> tenants, HttpClient.Version version)
      throws Exception {
    this(portA, portB, tenants, version, FrontOptions.Limits.DEFAULT.homeTimeout());
  }

  GatewayRig(
      int portA,
      int portB,
      Map<String, String> tenants,
      HttpClient.Version version,
      Duration homeTimeout)
      throws Exception {
    this(portA, portB, tenants, version, homeTimeout, Shown.usual(GatewayMode.LEASED));
  }

  /// @param login what homes are shown
  /// @param mode of the gateway
  record Shown(Tenancy tenancy, HomeEndpoint.Login login, CursorOptions cursors, GatewayMode mode) {
    /// As most tests need it.
    static Shown usual(GatewayMode mode) {
      return new Shown(
          new Tenancy(List.of(new Tenancy.Source.Header(TENANT))),
          HomeEndpoint.Login.NONE,
          SEALED,
          mode);
    }

    static final CursorOptions SEALED = new CursorOptions.Sealed("a secret of the test");
  }

  GatewayRig(
      int portA,
      int portB,
      Map<String, String> tenants,
      HttpClient.Version version,
      Duration homeTimeout,
      Shown shown)
      throws Exception {
    fresh = shown.mode() == GatewayMode.FRESH;
    boolean encrypted = version == HttpClient.Version.HTTP_2;
    Optional<KeyStore> keys = encrypted ? Optional.of(keys()) : Optional.empty();
    scheme = encrypted ? "https" : "http";
    HttpClient.Builder builder = HttpClient.newBuilder().version(version);
    if (keys.isPresent()) {
      builder.sslContext(trusting(keys.get()));
    }
    client = builder.build();
    for (Map.Entry<String, String> each : tenants.entrySet()) {
      write(
          Partition.at(
              OpenSearchEngine.tenant(each.getKey()), placement(each.getValue()), new Hlc(1, 0)));
    }
    GatewayOptions identity =
        new GatewayOptions(
            OpenSearchEngine.ENGINE,
            new GatewayId("g"),
            shown.mode(),
            LeaseOptions.DEFAULT,
            new GatewayOptions.Self("here", "test", GatewayIdentity.of("g", List.of(A, B))),
            GatewayMemory.none(OpenSearchEngine.ENGINE),
            2,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    Map<HomeId, HomeEndpoint> homes = new HashMap<>();
    homes.put(A, home(A, portA, shown.login()));
    homes.put(B, home(B, portB, shown.login()));
    gateway =
        new GatewayServer(
            new ServerOptions(
                "127.0.0.1",
                0,
                2,
                500,
                ServerOptions.DRAIN_MAX,
                HoldOptions.DEFAULT,
                keys.isPresent() ? Optional.of(shown(keys.get())) : Optional.empty()),
            identity,
            store,
            new HttpFront(
                new FrontOptions(
                    FrontOptions.Limits.DEFAULT.withHomeTimeout(homeTimeout),
                    shown.tenancy(),
                    new Logins(Optional.empty(), Optional.empty()),
                    new Passing(List.of(new Passing.Prefix("logs-", A))),
                    Switches.NONE,
                    shown.cursors()),
                () -> homes,
                new Clocks(System::nanoTime, System::currentTimeMillis),
                new SecureRandom()::nextBytes,
                fresh ? Optional.of(this::read) : Optional.empty()));
    gateway.start();
  }

  private CompletableFuture<Optional<Entry>> read(String key) {
    try {
      return storeAway
          ? CompletableFuture.failedFuture(new StoreException.Unavailable("away", null))
          : CompletableFuture.completedFuture(store.get(key));
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static KeyStore keys() throws Exception {
    return SelfSigned.in(Files.createTempDirectory("keys"));
  }

  private static SSLContext trusting(KeyStore keys) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static ClientTls shown(KeyStore keys) throws Exception {
    Path directory = Files.createTempDirectory("pem");
    Path certificate = directory.resolve("crt.pem");
    Path key = directory.resolve("key.pem");
    SelfSigned.pem(certificate, "CERTIFICATE", keys.getCertificate(SelfSigned.ALIAS).getEncoded());
    SelfSigned.pem(
        key, "PRIVATE KEY", keys.getKey(SelfSigned.ALIAS, SelfSigned.PASSWORD).getEncoded());
    return new ClientTls(certificate, key, System::nanoTime);
  }

  private static HomeEndpoint home(HomeId id, int port, HomeEndpoint.Login login) {
    return new HomeEndpoint(new Endpoint(id, "127.0.0.1", port, Optional.empty()), login);
  }

  private static Placement placement(String text) {
    int slash = text.indexOf('/');
    return new Placement(new HomeId(text.substring(0, slash)), text.substring(slash + 1));
  }

  private void write(Partition partition) throws Exception {
    store.put(Keys.partition(partition.id()), Records.encode(partition), StateStore.ANY, null);
  }

  private Partition record(String tenant) throws Exception {
    String key = Keys.partition(OpenSearchEngine.tenant(tenant));
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  /// Brings a tenant into Draining.
  void drain(String tenant, String to) throws Exception {
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT.withPause(Duration.ofSeconds(60)),
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            new Hlc(1, 0));
    next(tenant, Transition.begin(record(tenant), placement(to), move, new Hlc(2, 0)));
  }

  /// Brings it from there into Cutover: writes are held.
  void hold(String tenant) throws Exception {
    next(tenant, Transition.cutover(record(tenant), new Hlc(3, 0)));
  }

  /// Brings it from there to its new place.
  void flip(String tenant) throws Exception {
    Proof proof =
        new Proof(
            List.of(), new Settled("end", 0, 0, 0), new Verification(0, 0, 0, "00"), false, 0, 0);
    next(tenant, Transition.commit(record(tenant), proof, new Hlc(4, 0)));
    next(tenant, Transition.complete(record(tenant), new Hlc(5, 0)));
  }

  private void next(String tenant, Transition transition) throws Exception {
    Partition next = ((Transition.Granted) transition).next();
    write(next);
    if (next.moving() && !fresh) {
      awaitReceipt(tenant, next.epoch());
    }
  }

  private void awaitReceipt(String tenant, long epoch) throws Exception {
    String key = Keys.receipt(OpenSearchEngine.tenant(tenant), new GatewayId("g"));
    while (true) {
      Optional<Entry> entry = store.get(key);
      if (entry.isPresent()
          && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch() == epoch) {
        return;
      }
      Thread.sleep(5);
    }
  }

  HttpRequest request(String tenant, String method, String path, String body) {
    String type =
        path.contains("_bulk") || path.contains("_msearch")
            ? "application/x-ndjson"
            : "application/json";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + gateway.port() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (!tenant.isEmpty()) {
      request.header(TENANT, tenant);
    }
    return request.build();
  }

  CompletableFuture<Answer> begin(String tenant, String method, String path, String body) {
    return client
        .sendAsync(request(tenant, method, path, body), HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> new Answer(answer.statusCode(), answer.body()));
  }

  HttpResponse<String> send(String tenant, String method, String path, String body)
      throws Exception {
    return client.send(request(tenant, method, path, body), HttpResponse.BodyHandlers.ofString());
  }

  Answer ask(String tenant, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = send(tenant, method, path, body);
    return new Answer(answer.statusCode(), answer.body());
  }

  @Override
  public void close() {
    gateway.close();
    store.close();
  }
}
