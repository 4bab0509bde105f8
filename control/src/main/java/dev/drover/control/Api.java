package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.GatewayId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.Kept;
import dev.drover.store.StoreException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The REST API: JSON, errors as problem+json, progress as server-sent events.
///
/// | method and path | answer |
/// |---|---|
/// | GET /health | how this server is; 503 if the store does not answer |
/// | GET /metrics | Prometheus' text format |
/// | GET /openapi.json | this API, described in OpenAPI 3.1 |
/// | GET /v1/status | moves under way and queued |
/// | GET /v1/events | the status, as an event every 250 ms |
/// | GET /v1/homes, /v1/partitions, /v1/gateways, /v1/history?max= | listings |
/// | GET /v1/explain?partition= | what its move waits for; a partition is NAME, or ENGINE/NAME |
/// | POST /v1/moves | queue a move, or with `dryRun` only look |
/// | GET /v1/moves/{id} | a move under way, queued or ended |
/// | POST /v1/abort?partition= | abort its move |
/// | GET /v1/certificates/{id} | the certificate of a move, signed ([SignedCertificate]) |
/// | GET /v1/certificate-keys | the keys by which servers of this store sign |
/// | DELETE /v1/partitions?partition= | drop a partition whose content stays where it would be looked for |
/// | DELETE /v1/gateways/{id}?force=true | the operator's word that a gateway is dead |
/// | GET /v1/configuration | what the server's file says and is not in force yet |
/// | POST /v1/configuration?digest= | apply it |
/// | GET /v1/strays | what is set aside at homes until an operator decides |
/// | POST /v1/strays/{move}?decision= | the decision: `keep`, `drop`, `bring` or `replace` |
///
/// The document at `/openapi.json` stands in the resource `openapi.json` beside this class. A test
/// holds it against the routes and the answers.
public final class Api implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private static final String JSON = "application/json";
  private static final int BODY_BYTES_MAX = 1 << 16;
  private static final int HISTORY_MAX = 1_000_000;
  private static final int EVENT_CLIENTS_MAX = 100;
  private static final long EVENT_MILLIS = 250;
  private static final Duration FEEDER_END_MAX = Duration.ofSeconds(1);
  private static final String EVENTS = "/v1/events";
  private static final String EVENT_TYPE = "text/event-stream";
  private static final byte[] DOCUMENT = document();

  private final Controller controller;
  private final Reconfiguring configuration;
  private final Views views;
  private final Certificates certificates;
  private final ApiOptions options;
  private final Metrics metrics;
  private final ApiDoor door;
  private final Javalin javalin;
  private final AtomicInteger eventClients = new AtomicInteger();
  private final Set<Thread> feeders = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// Of a server that has read no file.
  public Api(Controller controller, ApiOptions options) {
    this(controller, Reconfiguring.NONE, options);
  }

  public Api(Controller controller, Reconfiguring configuration, ApiOptions options) {
    this.configuration = configuration;
    this.controller = controller;
    this.views = new Views(controller);
    this.certificates = new Certificates(controller, options.signer());
    this.options = options;
    this.door = new ApiDoor(options);
    this.metrics = new Metrics(controller);
    this.javalin = Javalin.create(this::configure);
  }

  public void start() {
    if (options.tls().isPresent()) {
      javalin.start();
    } else {
      javalin.start(options.host(), options.port());
    }
  }

  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    closed = true;
    awaitFeeders();
    javalin.stop();
    metrics.close();
  }

  private void listenSecurely(JavalinConfig config, SSLContext tls) {
    config.jetty.addConnector(
        (server, http) -> {
          SslContextFactory.Server factory = new SslContextFactory.Server();
          factory.setSslContext(tls);
          ServerConnector connector =
              new ServerConnector(server, factory, new HttpConnectionFactory(http));
          connector.setHost(options.host());
          connector.setPort(options.port());
          return connector;
        });
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = BODY_BYTES_MAX;
    config.concurrency.useVirtualThreads = true;
    RoutesConfig routes = config.routes;
    options.tls().ifPresent(tls -> listenSecurely(config, tls));
    routes.before(door::check);
    routes.get("/health", this::health);
    routes.get("/metrics", ctx -> ctx.contentType(Meters.CONTENT_TYPE).result(metrics.scrape()));
    routes.get("/openapi.json", ctx -> ctx.contentType(JSON).result(DOCUMENT));
    routes.get("/v1/status", ctx -> json(ctx, views.status()));
    routes.get("/v1/homes", ctx -> json(ctx, views.homes()));
    routes.get("/v1/partitions", ctx -> json(ctx, views.partitions()));
    routes.get("/v1/gateways", ctx -> json(ctx, views.gateways()));
    routes.get("/v1/history", ctx -> json(ctx, views.history(max(ctx))));
    routes.get("/v1/explain", ctx -> json(ctx, views.explain(partition(ctx))));
    routes.get("/v1/certificates/{id}", this::certificate);
    routes.get("/v1/certificate-keys", ctx -> json(ctx, certificates.signers()));
    routes.get("/v1/moves/{id}", this::move);
    routes.post("/v1/moves", this::begin);
    routes.post("/v1/abort", this::abort);
    routes.get("/v1/configuration", ctx -> json(ctx, configuration.plan()));
    routes.post("/v1/configuration", this::apply);
    routes.get("/v1/strays", ctx -> json(ctx, views.strays()));
    routes.post("/v1/strays/{id}", this::decide);
    routes.delete("/v1/gateways/{id}", this::forget);
    routes.delete("/v1/partitions", this::drop);
    routes.before(EVENTS, Api::follows);
    routes.sse(EVENTS, this::events);
    routes.exception(ControlException.class, (e, ctx) -> problem(ctx, Problem.of(e)));
    routes.exception(StoreException.class, (e, ctx) -> problem(ctx, ofStore(e)));
    routes.exception(HttpResponseException.class, Api::refused);
    routes.exception(Exception.class, this::defect);
    routes.error(
        404,
        ctx -> {
          // The server may have added a charset to it.
          String type = String.valueOf(ctx.res().getContentType());
          if (ctx.resultInputStream() == null || !type.startsWith(Problem.CONTENT_TYPE)) {
            problem(ctx, nothingAt(ctx));
          }
        });
  }

  private static byte[] document() {
    try (InputStream in = Api.class.getResourceAsStream("openapi.json")) {
      return Objects.requireNonNull(in, "openapi.json").readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every route, as `METHOD /path`.
  Set<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(each -> each.endpoint)
        .filter(each -> each.method.isHttpMethod())
        .map(each -> each.method.name() + " " + each.path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// A stream is sent only to clients that say that they read one.
  private static void follows(Context ctx) throws ControlException {
    if (!Objects.requireNonNullElse(ctx.header("Accept"), "").contains(EVENT_TYPE)) {
      throw new ControlException(
          Kind.BAD_REQUEST,
          "the answer is a stream of events; send 'Accept: " + EVENT_TYPE + "' to read it");
    }
  }

  private void health(Context ctx) {
    Shapes.Health health = Shapes.Health.of(controller);
    ctx.status(health.problem().isEmpty() ? 200 : 503);
    json(ctx, health);
  }

  private void begin(Context ctx) throws ControlException, StoreException {
    MoveBody body = MoveBodies.move(ctx.bodyAsBytes());
    if (body.looksOnly()) {
      json(ctx, Shapes.Looked.of(controller.preflight(controller.request(body))));
    } else {
      MoveId id = controller.submit(body);
      ctx.status(202);
      json(ctx, Map.of("id", id.value()));
    }
  }

  private void move(Context ctx) throws ControlException, StoreException {
    MoveId id = moveId(ctx);
    json(
        ctx,
        views
            .move(id)
            .orElseThrow(
                () -> new ControlException(Kind.NOT_FOUND, "there is no move '" + id + "'")));
  }

  private void certificate(Context ctx) throws ControlException, StoreException {
    byte[] signed = certificates.signed(moveId(ctx));
    ctx.contentType(JSON).result(signed);
  }

  private void abort(Context ctx) throws ControlException, StoreException, InterruptedException {
    MoveBodies.nothing(ctx.bodyAsBytes());
    Shapes.Explained aborting = views.abort(partition(ctx), "an operator asked for it");
    ctx.status(202);
    json(ctx, aborting);
  }

  private void apply(Context ctx) throws ControlException, StoreException {
    MoveBodies.nothing(ctx.bodyAsBytes());
    String digest = ctx.queryParam("digest");
    json(ctx, configuration.apply(digest == null ? "" : digest));
  }

  private void decide(Context ctx) throws ControlException, StoreException {
    MoveBodies.nothing(ctx.bodyAsBytes());
    String decision = String.valueOf(ctx.queryParam("decision"));
    MoveId move = moveId(ctx);
    switch (decision) {
      case "keep" -> controller.keeping().accept(move);
      case "drop" -> controller.decide(move, Kept.Decision.DROP);
      case "bring" -> controller.decide(move, Kept.Decision.BRING);
      case "replace" -> controller.decide(move, Kept.Decision.REPLACE);
      default ->
          throw new ControlException(
              Kind.BAD_REQUEST,
              "decision is one of keep, drop, bring and replace, not '" + decision + "'");
    }
    ctx.status(202);
    json(ctx, Map.of("move", move.value(), "decision", decision));
  }

  private void forget(Context ctx) throws ControlException, StoreException {
    try {
      GatewayId id = new GatewayId(ctx.pathParam("id"));
      Duration serves = controller.forget(id, "true".equals(ctx.queryParam("force")));
      json(ctx, new Shapes.Forgotten(id.value(), serves.toMillis()));
    } catch (IllegalArgumentException e) {
      throw new ControlException(Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private void drop(Context ctx) throws ControlException, StoreException {
    PartitionId dropped = partition(ctx);
    controller.drop(dropped);
    json(ctx, Map.of("partition", dropped));
  }

  private void events(SseClient client) {
    if (eventClients.incrementAndGet() > EVENT_CLIENTS_MAX) {
      eventClients.decrementAndGet();
      client.sendEvent(
          "problem", "at most " + EVENT_CLIENTS_MAX + " clients may follow events at once");
      client.close();
      return;
    }
    client.keepAlive();
    client.onClose(eventClients::decrementAndGet);
    Thread feeder = Thread.ofVirtual().name("events").unstarted(() -> feed(client));
    feeders.add(feeder);
    feeder.start();
  }

  /// Clients of events are let go before the HTTP server stops: to let one go whose request that
  /// has ended already would have it fail without end.
  private void awaitFeeders() {
    try {
      for (Thread feeder : feeders) {
        feeder.join(FEEDER_END_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void feed(SseClient client) {
    try {
      while (!closed && !client.terminated()) {
        client.sendEvent("status", ApiJson.text(views.status()));
        Thread.sleep(EVENT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException e) {
      client.sendEvent("problem", String.valueOf(e.getMessage()));
    } finally {
      client.close();
      feeders.remove(Thread.currentThread());
    }
  }

  private PartitionId partition(Context ctx) throws ControlException {
    return controller.named(ctx.queryParam("partition"));
  }

  private static MoveId moveId(Context ctx) throws ControlException {
    try {
      return new MoveId(ctx.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw new ControlException(Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static int max(Context ctx) throws ControlException {
    String text = ctx.queryParam("max");
    if (text == null) {
      return 100;
    }
    try {
      int max = Integer.parseInt(text);
      if (max > 0 && max <= HISTORY_MAX) {
        return max;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw MoveBodies.refused("'max'", "is a whole number between 1 and " + HISTORY_MAX);
  }

  /// What the HTTP server refuses by itself.
  private static void refused(HttpResponseException e, Context ctx) {
    if (e.getStatus() == HttpStatus.NOT_FOUND.getCode()) {
      problem(ctx, nothingAt(ctx));
      return;
    }
    String detail =
        e.getStatus() == HttpStatus.CONTENT_TOO_LARGE.getCode()
            ? "the body is larger than " + BODY_BYTES_MAX + " bytes; nothing was done"
            : "the request cannot be read; nothing was done";
    problem(ctx, Problem.of(e.getStatus(), "refused", detail));
  }

  private static Problem nothingAt(Context ctx) {
    return Problem.of(
        HttpStatus.NOT_FOUND.getCode(),
        "not-found",
        "there is nothing at %s %s; /openapi.json describes what there is"
            .formatted(ctx.method(), ctx.path()));
  }

  private void defect(Exception e, Context ctx) {
    if (e instanceof HttpException refused) {
      problem(
          ctx,
          Problem.of(
              refused.getCode(),
              "bad-request",
              "the request's path, query or body cannot be read; nothing was done"));
      return;
    }
    LOG.error("a defect in {} {}", ctx.method(), ctx.path(), e);
    problem(ctx, Problem.of(500, "defect", "a defect in the server; its log says more"));
  }

  private static Problem ofStore(StoreException e) {
    String detail = String.valueOf(e.getMessage());
    return switch (e) {
      case StoreException.Unavailable u -> Problem.of(503, "store-unavailable", detail);
      case StoreException.OutcomeUnknown u -> Problem.of(503, "outcome-unknown", detail);
      case StoreException.Corrupt c -> Problem.of(500, "corrupt-record", detail);
      case StoreException.Refused r -> Problem.of(409, "store-refused", detail);
      case StoreException.HistoryGone h -> Problem.of(503, "history-gone", detail);
    };
  }

  private static void problem(Context ctx, Problem problem) {
    ctx.status(problem.status()).contentType(Problem.CONTENT_TYPE).result(ApiJson.bytes(problem));
  }

  private static void json(Context ctx, Object body) {
    ctx.contentType(JSON).result(ApiJson.bytes(body));
  }
}
