package dev.drover.store.remote;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.remote.Frame.Kind;
import dev.drover.store.remote.Frame.Malformed;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a client, from its greeting to its end.
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private final RemoteStore.Options options;
  private final Socket raw;
  private final DataInputStream in;
  private final Outbox outbox;
  private final Guarantees guarantees;
  private final Map<Long, Call> pending = new ConcurrentHashMap<>();
  private final AtomicLong nextId;
  private volatile String why = "";
  private volatile boolean closed;

  /// Told of frames that are no answers.
  @FunctionalInterface
  interface Pushed {
    void pushed(Frame frame) throws IOException;
  }

  /// Connects and greets.
  ///
  /// @param ids gives the numbers of requests and watches
  /// @throws StoreException.Refused if the server does not want this client
  static Link connect(RemoteStore.Options options, AtomicLong ids)
      throws IOException, StoreException {
    var raw = new Socket();
    try {
      raw.setTcpNoDelay(true);
      int timeoutMillis = Math.toIntExact(options.silence().peerTimeout().toMillis());
      raw.setSoTimeout(timeoutMillis);
      // Resolved at each attempt: the server may have moved.
      raw.connect(new InetSocketAddress(options.host(), options.port()), timeoutMillis);
      return new Link(options, raw, secured(raw, options), ids);
    } catch (IOException | StoreException e) {
      raw.close();
      throw e;
    }
  }

  private static String token(RemoteStore.Options options) throws StoreException.Refused {
    try {
      return options.token().get().orElse("");
    } catch (IllegalArgumentException e) {
      throw new StoreException.Refused(String.valueOf(e.getMessage()), e);
    }
  }

  private Link(RemoteStore.Options options, Socket raw, Socket socket, AtomicLong ids)
      throws IOException, StoreException {
    this.options = options;
    this.raw = raw;
    this.nextId = ids;
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    var out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    byte[] shown = token(options).getBytes(StandardCharsets.UTF_8);
    Frame hello =
        Frame.of(
            Kind.HELLO,
            0,
            body -> {
              body.writeInt(Wire.MAGIC);
              Wire.writeBytes(shown, body);
            });
    out.write(hello.encode());
    out.flush();
    Frame welcome = Frame.read(in);
    if (welcome.kind() == Kind.FAILURE) {
      throw Wire.readException(Wire.in(welcome));
    } else if (welcome.kind() != Kind.WELCOME) {
      throw new Malformed("the server greets with " + welcome.kind());
    }
    guarantees = Wire.readGuarantees(Wire.in(welcome));
    outbox = new Outbox(out, options.calls().queueBytesMax(), options.nanoClock(), this::fail);
  }

  private static Socket secured(Socket raw, RemoteStore.Options options) throws IOException {
    if (options.tls() == null) {
      return raw;
    }
    var secured =
        (SSLSocket)
            options
                .tls()
                .getSocketFactory()
                .createSocket(raw, options.host(), options.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  Guarantees guarantees() {
    return guarantees;
  }

  /// Reads until the connection ends; then every call that is pending fails.
  void run(Pushed pushed) {
    Thread.ofVirtual().name("store ping").start(this::ping);
    try {
      while (!closed) {
        receive(Frame.read(in), pushed);
      }
    } catch (IOException e) {
      fail(e);
    } finally {
      fail(new IOException("the connection was closed"));
      outbox.close();
      Call.Disconnected gone = new Call.Disconnected(why);
      pending.values().forEach(call -> call.answer().completeExceptionally(gone));
    }
  }

  /// Sends a request; may block on the socket.
  void send(Call call) {
    if (register(call)) {
      outbox.send(call.frame(), call::markSent);
    }
  }

  /// Sends a request from a thread that must not block.
  void offer(Call call) {
    if (register(call)) {
      outbox.offer(call.frame(), call::markSent);
    }
  }

  /// Sends what has no answer, without blocking.
  void offer(Frame frame) {
    outbox.offer(frame, () -> true);
  }

  void forget(Call call) {
    pending.remove(call.frame().id());
  }

  void fail(IOException e) {
    if (!closed) {
      why = String.valueOf(e.getMessage());
      closed = true;
    }
    StoreServer.closeQuietly(raw::close);
  }

  private boolean register(Call call) {
    if (pending.size() >= options.calls().outstandingMax()) {
      call.answer()
          .completeExceptionally(
              new StoreException.Unavailable(
                  "%d requests are under way already".formatted(options.calls().outstandingMax()),
                  null));
      return false;
    }
    pending.put(call.frame().id(), call);
    if (closed) {
      // The reader may have failed all pending calls just before this one came.
      call.answer().completeExceptionally(new Call.Disconnected(why));
      return false;
    }
    return true;
  }

  private void receive(Frame frame, Pushed pushed) throws IOException {
    switch (frame.kind()) {
      case PONG -> {}
      case ANSWER, PART -> {
        Call call = pending.get(frame.id());
        if (call != null && call.receive(frame)) {
          pending.remove(frame.id());
        }
      }
      case FAILURE -> {
        StoreException failure = Wire.readException(Wire.in(frame));
        Call call = pending.remove(frame.id());
        if (call != null) {
          call.answer().completeExceptionally(failure);
        } else if (frame.id() == 0) {
          throw new IOException("the server ended the connection: " + failure.getMessage());
        }
      }
      case EVENTS, LOST -> pushed.pushed(frame);
      case HELLO,
          WELCOME,
          PING,
          GET,
          LIST,
          PUT,
          PUT_ORDERED,
          DELETE,
          LEASE,
          KEEP_ALIVE,
          REVOKE,
          WATCH,
          UNWATCH ->
          throw new Malformed("a server does not send " + frame.kind());
    }
  }

  private void ping() {
    while (!closed) {
      LockSupport.parkNanos(this, options.silence().pingInterval().toNanos());
      if (outbox.stalledNanos() > options.silence().peerTimeout().toNanos()) {
        LOG.warn("{} does not read what it is sent: connecting again", raw);
        fail(new IOException("the server does not read what it is sent"));
      }
      outbox.offer(Frame.empty(Kind.PING, nextId.incrementAndGet()), () -> true);
    }
  }
}
