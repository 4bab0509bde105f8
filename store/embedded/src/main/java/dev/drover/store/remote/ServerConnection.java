package dev.drover.store.remote;

import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.map.MapStore;
import dev.drover.store.remote.Frame.Kind;
import dev.drover.store.remote.Frame.Malformed;
import dev.drover.store.trace.Leg;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: a thread that reads, and a virtual thread for each request that may
/// block.
final class ServerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private final StateStore store;
  private final StoreServer.Options options;
  private final Socket raw;
  private final Consumer<ServerConnection> onEnd;
  private final Semaphore outstanding;

  /// The store if it is in this process' memory.
  private final @Nullable MapStore near;

  private final Map<Long, ServerWatch> watches = new ConcurrentHashMap<>();
  private volatile @Nullable Outbox outbox;
  private volatile boolean closed;

  ServerConnection(
      StateStore store, StoreServer.Options options, Socket raw, Consumer<ServerConnection> onEnd) {
    this.store = store;
    this.options = options;
    this.raw = raw;
    this.onEnd = onEnd;
    near = store instanceof MapStore map ? map : null;
    outstanding = new Semaphore(options.limits().outstandingMax());
  }

  void run() {
    try (raw) {
      Socket socket = StoreServer.secured(raw, options.tls());
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
      var out =
          new Outbox(
              new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES),
              options.limits().queueBytesMax(),
              options.nanoClock(),
              this::failed);
      outbox = out;
      serve(in, out);
    } catch (EOFException e) {
      LOG.debug("{} has closed its connection", raw);
    } catch (SocketTimeoutException e) {
      LOG.warn("{} was silent for {} s: closed", raw, options.peerTimeout().toSeconds());
    } catch (IOException e) {
      if (!closed) {
        LOG.info("The connection of {} has ended: {}", raw, e.toString());
      }
    } finally {
      close();
      watches.values().forEach(ServerWatch::close);
      onEnd.accept(this);
    }
  }

  void close() {
    closed = true;
    // Not the secured one: closing that waits for whoever is writing.
    StoreServer.closeQuietly(raw::close);
    Outbox out = outbox;
    if (out != null) {
      out.close();
    }
  }

  /// Closes the connection if its client has not read what it was sent for longer than allowed.
  void checkStall() {
    Outbox out = outbox;
    if (out != null && out.stalledNanos() > options.peerTimeout().toNanos()) {
      failed(new IOException("the client does not read what it is sent"));
    }
  }

  private void failed(IOException why) {
    if (!closed) {
      LOG.warn("Closed the connection of {}: {}", raw, why.getMessage());
    }
    close();
  }

  private void serve(DataInputStream in, Outbox out) throws IOException {
    try {
      if (!greet(Frame.read(in), out)) {
        return;
      }
      while (!closed) {
        Frame frame = Frame.read(in);
        out.heard();
        dispatch(frame, out);
      }
    } catch (Malformed e) {
      LOG.warn("{} sent what is no request: {}", raw, e.getMessage());
      out.send(failure(0, new StoreException.Refused("malformed: " + e.getMessage(), null)));
    }
  }

  private boolean greet(Frame hello, Outbox out) throws IOException {
    DataInputStream in = Wire.in(hello);
    if (hello.kind() != Kind.HELLO || in.available() < 8 || in.readInt() != Wire.MAGIC) {
      throw new Malformed("a connection begins with a greeting");
    }
    byte[] shown = Wire.readBytes(in, Wire.TOKEN_BYTES_MAX);
    if (!options.tokens().isEmpty() && !isToken(shown)) {
      String what = shown.length == 0 ? "it shows no token" : "its token is wrong";
      LOG.warn("Turned {} away: {}", raw, what);
      out.send(
          failure(
              0,
              new StoreException.Refused(
                  "the server at this address does not let this client in: "
                      + what
                      + " (tokenFile, or gatewayTokenFile for a gateway, has to be the server's)",
                  null)));
      return false;
    }
    out.send(
        Frame.of(Kind.WELCOME, hello.id(), body -> Wire.writeGuarantees(store.guarantees(), body)));
    return true;
  }

  /// Takes as long for a token that is almost right as for one that is not.
  private boolean isToken(byte[] shown) {
    boolean known = false;
    for (String token : options.tokens()) {
      known |= MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), shown);
    }
    return known;
  }

  private void dispatch(Frame frame, Outbox out) throws IOException {
    switch (frame.kind()) {
      case PING -> out.send(Frame.empty(Kind.PONG, frame.id()));
      case WATCH -> watch(frame, out);
      case UNWATCH -> {
        ServerWatch watch = watches.remove(frame.id());
        if (watch != null) {
          Thread.ofVirtual().start(watch::close);
        }
      }
      case GET, LIST, PUT, PUT_ORDERED, DELETE, LEASE, KEEP_ALIVE, REVOKE -> {
        if (!outstanding.tryAcquire()) {
          out.send(failure(frame.id(), tooMany("requests", options.limits().outstandingMax())));
        } else if (isQuick(frame.kind())) {
          answer(frame, out);
        } else {
          Thread.ofVirtual().start(() -> answer(frame, out));
        }
      }
      case HELLO, WELCOME, PONG, ANSWER, PART, FAILURE, EVENTS, LOST ->
          throw new Malformed("a client does not send " + frame.kind());
    }
  }

  /// Whether it is done sooner than another thread would begin with it.
  private boolean isQuick(Kind kind) {
    return near != null && (kind == Kind.GET || (kind == Kind.PUT_ORDERED && near.ordersAtOnce()));
  }

  private void watch(Frame frame, Outbox out) throws IOException {
    DataInputStream in = Wire.in(frame);
    String prefix = Wire.readText(in);
    long afterRevision = in.readLong();
    var watch = new ServerWatch(frame.id(), out);
    if (watches.size() >= options.limits().watchesMax()) {
      watch.lost(tooMany("watches", options.limits().watchesMax()));
    } else if (watches.putIfAbsent(frame.id(), watch) != null) {
      throw new Malformed("watch " + frame.id() + " is open already");
    } else {
      Thread.ofVirtual().start(() -> watch.open(store, prefix, afterRevision));
    }
  }

  private static StoreException tooMany(String what, int max) {
    return new StoreException.Unavailable(
        "this connection has %d %s under way already".formatted(max, what), null);
  }

  private void answer(Frame request, Outbox out) {
    try {
      if (request.kind() == Kind.LIST) {
        list(request, out);
      } else {
        out.send(perform(request));
      }
    } catch (StoreException e) {
      out.send(failure(request.id(), e));
    } catch (IllegalArgumentException e) {
      out.send(
          failure(request.id(), new StoreException.Refused(String.valueOf(e.getMessage()), e)));
    } catch (IOException e) {
      out.send(failure(0, new StoreException.Refused("malformed: " + e.getMessage(), e)));
      failed(e);
    } catch (RuntimeException e) {
      LOG.error("A bug stopped a {} of {}", request.kind(), raw, e);
      out.send(failure(request.id(), new StoreException.OutcomeUnknown("a bug: " + e, e)));
    } finally {
      outstanding.release();
    }
  }

  private Frame perform(Frame request) throws StoreException, IOException {
    DataInputStream in = Wire.in(request);
    return switch (request.kind()) {
      case GET -> {
        Optional<Entry> entry = store.get(Wire.readText(in));
        yield answered(request, body -> Wire.writeOptionalEntry(entry, body));
      }
      case PUT, PUT_ORDERED -> {
        long begun = Leg.begun();
        String key = Wire.readText(in);
        byte[] value = Wire.readBytes(in, Frame.BODY_BYTES_MAX);
        long expectedVersion = in.readLong();
        LeaseId lease = Wire.readLease(in);
        Durability durability = request.kind() == Kind.PUT ? Durability.SYNCED : Durability.ORDERED;
        options.grants().put(key, value, expectedVersion, lease);
        PutResult result = store.put(key, value, expectedVersion, lease, durability);
        Leg.ended("put of a gateway", key, 0, begun);
        yield answered(request, body -> Wire.writePutResult(result, body));
      }
      case DELETE -> {
        String key = Wire.readText(in);
        options.grants().delete(key);
        PutResult result = store.delete(key, in.readLong());
        yield answered(request, body -> Wire.writePutResult(result, body));
      }
      case LEASE -> {
        LeaseId lease = store.lease(Duration.ofNanos(in.readLong()));
        options.grants().made(lease);
        yield answered(request, body -> Wire.writeLease(lease, body));
      }
      case KEEP_ALIVE -> {
        LeaseId lease = new LeaseId(in.readLong());
        options.grants().touch(lease);
        boolean alive = store.keepAlive(lease);
        if (!alive) {
          options.grants().ended(lease);
        }
        yield answered(request, body -> body.writeBoolean(alive));
      }
      case REVOKE -> {
        LeaseId lease = new LeaseId(in.readLong());
        options.grants().touch(lease);
        store.revoke(lease);
        options.grants().ended(lease);
        yield Frame.empty(Kind.ANSWER, request.id());
      }
      case HELLO, WELCOME, PING, PONG, LIST, WATCH, UNWATCH, ANSWER, PART, FAILURE, EVENTS, LOST ->
          throw new AssertionError("not dispatched here: " + request.kind());
    };
  }

  private void list(Frame request, Outbox out) throws StoreException, IOException {
    Listing listing = store.list(Wire.readText(Wire.in(request)));
    var bytes = new ByteArrayOutputStream();
    var part = new DataOutputStream(bytes);
    List<Entry> entries = listing.entries();
    for (Entry entry : entries) {
      // Before rather than after, so that a part exceeds its size by one entry at most.
      if (bytes.size() > 0 && bytes.size() + entry.value().length > Frame.PART_BYTES) {
        out.sendWhenRoom(new Frame(Kind.PART, request.id(), bytes.toByteArray()));
        bytes.reset();
      }
      Wire.writeEntry(entry, part);
    }
    if (bytes.size() > 0) {
      out.sendWhenRoom(new Frame(Kind.PART, request.id(), bytes.toByteArray()));
    }
    out.send(answered(request, body -> body.writeLong(listing.revision())));
  }

  private static Frame answered(Frame request, Frame.Body body) {
    return Frame.of(Kind.ANSWER, request.id(), body);
  }

  private static Frame failure(long id, StoreException why) {
    return Frame.of(Kind.FAILURE, id, body -> Wire.writeException(why, body));
  }
}
