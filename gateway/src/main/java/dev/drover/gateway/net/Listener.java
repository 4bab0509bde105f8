package dev.drover.gateway.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where clients connect: accepts up to a limit, and lets those that are there finish at the end.
final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /// What is read of one client before others have their turn.
  private static final int TURN_BYTES_MAX = 32 << 10;

  private static final int ACCEPT_BACKLOG = 1_024;
  private static final long CLOSE_MILLIS_MAX = 2_000;

  private final ServerOptions options;
  private final Transport transport;
  private final Front front;
  private final LongSupplier nanoClock;
  private final Map<Channel, Front.Served> served = new ConcurrentHashMap<>();
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicLong ids = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final Object gone = new Object();
  private volatile int clientsMax;
  private volatile List<EventLoop> loops = List.of();
  private volatile @Nullable Channel bound;

  Listener(ServerOptions options, Transport transport, Front front, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.options = options;
    this.clientsMax = options.clientsMax();
    this.transport = transport;
    this.front = front;
  }

  /// @throws IOException if the port cannot be had
  void listen(EventLoopGroup group, Map<LoopParts, Front.OnLoop> engineOn)
      throws IOException, InterruptedException {
    Map<EventLoop, Front.OnLoop> engines = new HashMap<>();
    engineOn.forEach((parts, engine) -> engines.put(parts.loop().eventLoop(), engine));
    this.loops = List.copyOf(engines.keySet());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(64, 2_048, TURN_BYTES_MAX).maxMessagesPerRead(1))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, Objects.requireNonNull(engines.get(channel.eventLoop())));
                  }
                });
    try {
      bound = bootstrap.bind(options.host(), options.port()).sync().channel();
    } catch (Exception e) {
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new IOException(
          "cannot listen on %s: %s; another process may use the port"
              .formatted(options, e.getMessage()),
          e);
    }
  }

  String host() {
    return options.host();
  }

  int port() {
    return ((InetSocketAddress) Objects.requireNonNull(bound).localAddress()).getPort();
  }

  /// So many clients are taken from now on. Those that are there stay.
  void limit(int clients) {
    clientsMax = clients;
  }

  int clients() {
    return clients.get();
  }

  /// Clients that were one too many.
  long refused() {
    return refused.sum();
  }

  private void accept(Channel channel, Front.OnLoop engine) {
    options.tls().ifPresent(tls -> channel.pipeline().addLast(encrypted(tls.get(), channel)));
    boolean fits = clients.incrementAndGet() <= clientsMax;
    channel.closeFuture().addListener(_ -> gone(channel));
    if (!fits) {
      refused.increment();
      ChannelFuture _ =
          channel.writeAndFlush(front.full()).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    served.put(channel, engine.accept(channel, ids.incrementAndGet()));
  }

  private SslHandler encrypted(SslContext context, Channel channel) {
    SslHandler handler = context.newHandler(channel.alloc());
    if (!front.protocols().isEmpty()) {
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setApplicationProtocols(front.protocols().toArray(String[]::new));
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }

  /// By the loop itself, so that those are among them that were accepted just before the end.
  @SuppressWarnings("ReferenceEquality")
  private void drain(EventLoop loop) {
    Map.copyOf(served)
        .forEach(
            (channel, client) -> {
              if (channel.eventLoop() == loop) {
                client.drain();
              }
            });
  }

  private void gone(Channel channel) {
    served.remove(channel);
    clients.decrementAndGet();
    synchronized (gone) {
      gone.notifyAll();
    }
  }

  /// Accepts no more, and waits until those that are there have their answers, up to a limit.
  @Override
  public void close() {
    Channel listening = bound;
    if (listening == null || !listening.isOpen()) {
      return;
    }
    listening.close().awaitUninterruptibly(CLOSE_MILLIS_MAX);
    long endNanos = nanoClock.getAsLong() + options.drainMax().toNanos();
    List<Future<?>> told = new ArrayList<>();
    loops.forEach(each -> told.add(each.submit(() -> drain(each))));
    told.forEach(
        each -> each.awaitUninterruptibly(endNanos - nanoClock.getAsLong(), TimeUnit.NANOSECONDS));
    try {
      synchronized (gone) {
        while (clients.get() > 0 && endNanos - nanoClock.getAsLong() > 0) {
          TimeUnit.NANOSECONDS.timedWait(gone, endNanos - nanoClock.getAsLong());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (clients.get() > 0) {
      LOG.warn(
          "{} clients did not end in {} s and are cut off; what they had asked for last may or may"
              + " not have been done",
          clients.get(),
          options.drainMax().toSeconds());
    }
  }
}
