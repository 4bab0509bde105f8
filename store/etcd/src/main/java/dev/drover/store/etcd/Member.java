package dev.drover.store.etcd;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One member of an etcd and the connection to it, which is made anew whenever it is needed.
///
/// A call is one attempt: nothing here, nor below, sends anything twice.
final class Member {
  /// Beyond what a listing asks for at once and what any one record may have.
  private static final int ANSWER_BYTES_MAX = 256 << 20;

  /// Kept here, or its level would be forgotten with it: gRPC tells of its own start otherwise.
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  static {
    GRPC.setLevel(Level.WARNING);
  }

  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int PING_SECONDS = 10;
  private static final int PING_ANSWER_SECONDS = 3;

  private final EtcdOptions.Endpoint endpoint;
  private final ManagedChannel channel;

  Member(EtcdOptions.Endpoint endpoint, @Nullable SSLContext tls) {
    this.endpoint = endpoint;
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
            .maxInboundMessageSize(ANSWER_BYTES_MAX)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_ANSWER_SECONDS, TimeUnit.SECONDS)
            .disableRetry()
            .directExecutor();
    channel = (tls == null ? builder.usePlaintext() : builder.sslContext(http2(tls))).build();
  }

  private static JdkSslContext http2(SSLContext tls) {
    ApplicationProtocolConfig protocols =
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            "h2");
    return new JdkSslContext(
        tls,
        true,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        protocols,
        ClientAuth.NONE,
        null,
        false);
  }

  /// A call that did not succeed.
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial")
    private final Status status;

    private final boolean sent;

    Failed(Status status, boolean sent) {
      super(status.toString(), status.getCause());
      this.status = status;
      this.sent = sent;
    }

    Status status() {
      return status;
    }

    /// Whether the request may have reached etcd: it was given to a connection.
    boolean sent() {
      return sent;
    }
  }

  /// Asks once; the future fails with [Failed]. It is completed by the connection's thread, which
  /// must not be held up.
  <Q, A> CompletableFuture<A> ask(
      MethodDescriptor<Q, A> method, Q request, Duration limit, Metadata headers) {
    Sent sent = new Sent();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS)
            .withStreamTracerFactory(sent);
    ClientCall<Q, A> call = channel.newCall(method, options);
    CompletableFuture<A> result = new CompletableFuture<>();
    call.start(new Answer<>(result, sent), headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return result;
  }

  /// Opens a stream of requests and answers.
  <Q, A> ClientCall<Q, A> open(
      MethodDescriptor<Q, A> method, ClientCall.Listener<A> listener, Metadata headers) {
    ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(listener, headers);
    return call;
  }

  /// Has the next call connect at once, however often connecting has failed.
  void hurry() {
    channel.resetConnectBackoff();
  }

  void close() {
    channel.shutdownNow();
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }

  /// The first answer, once the call has ended well.
  private static final class Answer<A> extends ClientCall.Listener<A> {
    private final CompletableFuture<A> result;
    private final Sent sent;
    private @Nullable A first;

    Answer(CompletableFuture<A> result, Sent sent) {
      this.result = result;
      this.sent = sent;
    }

    @Override
    public void onMessage(A message) {
      if (first == null) {
        first = message;
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      A answer = first;
      if (status.isOk() && answer != null) {
        result.complete(answer);
      } else {
        result.completeExceptionally(new Failed(status, sent.sent));
      }
    }
  }

  /// Takes note when a call is given to a connection: until then it has not left this process.
  private static final class Sent extends ClientStreamTracer.Factory {
    private volatile boolean sent;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
          sent = true;
        }
      };
    }
  }
}
