package dev.drover.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.testing.Relay;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the wire does beyond carrying a store: strangers, silence, damage.
@Timeout(60)
final class WireTest {
  private static final String TOKEN = "open sesame";

  private MemoryStore memory;
  private StoreServer server;

  WireTest() {
    memory = MemoryStore.create();
  }

  @BeforeEach
  void serve() throws IOException {
    server =
        StoreServer.start(
            memory,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            StoreServer.Options.defaults()
                .withTokens(Set.of(TOKEN))
                .withPeerTimeout(Duration.ofMillis(1_500)));
  }

  @AfterEach
  void stop() {
    server.close();
    memory.close();
  }

  private RemoteStore client() {
    return RemoteStore.connect(RemoteFixture.options(server.address().getPort()).withToken(TOKEN));
  }

  private Socket stranger() throws IOException {
    var socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static Frame hello(String token) {
    return Frame.of(
        Frame.Kind.HELLO,
        0,
        body -> {
          body.writeInt(Wire.MAGIC);
          Wire.writeBytes(token.getBytes(UTF_8), body);
        });
  }

  private void assertHealthy() throws StoreException {
    try (RemoteStore client = client()) {
      long version = client.get("health").map(entry -> entry.version()).orElse(StateStore.ABSENT);
      assertThat(client.put("health", new byte[1], version, null))
          .isInstanceOf(PutResult.Applied.class);
    }
  }

  @Test
  void aClientWithoutTheTokenIsToldSoAtOnce() throws Exception {
    for (String wrong : new String[] {"", "open sesame!", "x"}) {
      var options =
          RemoteFixture.options(server.address().getPort())
              .withToken(wrong.isEmpty() ? null : wrong);
      try (RemoteStore client = RemoteStore.connect(options)) {
        assertThatThrownBy(() -> client.get("k"))
            .isInstanceOf(StoreException.Refused.class)
            .hasMessageContaining("token")
            .hasMessageNotContaining(TOKEN);
        assertThatThrownBy(() -> client.put("k", new byte[1], StateStore.ANY, null))
            .isInstanceOf(StoreException.Refused.class);
      }
    }
    assertThat(memory.get("k")).isEmpty();
    assertThat(RemoteFixture.options(1).withToken(TOKEN).toString()).doesNotContain(TOKEN);
    assertThat(StoreServer.Options.defaults().withTokens(Set.of(TOKEN)).toString())
        .doesNotContain(TOKEN);
  }

  @Test
  void garbageIsAnsweredWithAnErrorAndTheServerStaysHealthy() throws Exception {
    byte[] greeting = hello(TOKEN).encode();
    var garbage = new byte[500];
    new Random(3).nextBytes(garbage);
    byte[] badKind = Frame.empty(Frame.Kind.GET, 1).encode();
    badKind[5] = 99;
    byte[] badVersion = Frame.empty(Frame.Kind.PING, 1).encode();
    badVersion[4] = 9;
    byte[] shortBody = Frame.of(Frame.Kind.GET, 1, body -> body.writeInt(1_000)).encode();
    byte[] answer = Frame.empty(Frame.Kind.ANSWER, 1).encode();
    byte[] huge = ByteBuffer.allocate(14).putInt(Integer.MAX_VALUE).array();
    byte[] negative = ByteBuffer.allocate(14).putInt(-5).array();
    for (byte[] bad : List.of(garbage, badKind, badVersion, shortBody, answer, huge, negative)) {
      try (Socket socket = stranger()) {
        socket.getOutputStream().write(greeting);
        var in = new DataInputStream(socket.getInputStream());
        assertThat(Frame.read(in).kind()).isEqualTo(Frame.Kind.WELCOME);
        socket.getOutputStream().write(bad);
        Frame last = Frame.read(in);
        assertThat(last.kind()).isEqualTo(Frame.Kind.FAILURE);
        assertThat(last.id()).isZero();
        assertThat(Wire.readException(Wire.in(last))).hasMessageContaining("malformed");
        assertClosed(in);
      }
    }
    try (Socket socket = stranger()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      assertThat(Frame.read(new DataInputStream(socket.getInputStream())).kind())
          .isEqualTo(Frame.Kind.FAILURE);
    }
    assertHealthy();
  }

  @Test
  void halfAFrameAndSilenceAreClosedAfterTheTimeout() throws Exception {
    byte[] greeting = hello(TOKEN).encode();
    for (int length : new int[] {0, 3, greeting.length - 1, greeting.length}) {
      try (Socket socket = stranger()) {
        socket.getOutputStream().write(greeting, 0, length);
        var in = new DataInputStream(socket.getInputStream());
        if (length == greeting.length) {
          assertThat(Frame.read(in).kind()).isEqualTo(Frame.Kind.WELCOME);
        }
        assertClosed(in);
      }
    }
    assertHealthy();
  }

  private static void assertClosed(DataInputStream in) {
    assertThatThrownBy(() -> Frame.read(in))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(java.net.SocketTimeoutException.class);
  }

  @Test
  void aClientThatIsNotReadIsNotGivenMemoryWithoutEnd() throws Exception {
    for (int i = 0; i < 8; i++) {
      memory.put("large/" + i, new byte[StateStore.VALUE_BYTES_MAX], StateStore.ABSENT, null);
    }
    try (Socket socket = stranger()) {
      socket.getOutputStream().write(hello(TOKEN).encode());
      for (int i = 1; i <= 60; i++) {
        Frame.Kind kind = i % 2 == 0 ? Frame.Kind.LIST : Frame.Kind.GET;
        byte[] read = Frame.of(kind, i, body -> Wire.writeText("large/1", body)).encode();
        socket.getOutputStream().write(read);
      }
      // Never reads, but shows that it lives; the server must let go of it all the same.
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 400; i++) {
                  socket.getOutputStream().write(Frame.empty(Frame.Kind.PING, 99).encode());
                  Thread.sleep(50);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertHealthy();
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aClientThatHasStoppedReadingHoldsNobodyUp() throws Exception {
    StoreServer.Options patient =
        StoreServer.Options.defaults().withPeerTimeout(Duration.ofMinutes(2));
    try (var other =
            StoreServer.start(
                memory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), patient);
        var stopped = new Socket(other.address().getAddress(), other.address().getPort())) {
      stopped.getOutputStream().write(hello("").encode());
      stopped
          .getOutputStream()
          .write(
              Frame.of(
                      Frame.Kind.WATCH,
                      1,
                      body -> {
                        Wire.writeText("", body);
                        body.writeLong(0);
                      })
                  .encode());
      // Small ones until the sockets are full, if anything were to be written by whoever commits.
      for (int i = 0; i < 20_000; i++) {
        memory.put("small", new byte[1_000], StateStore.ANY, null);
      }
    }
    assertHealthy();
  }

  @Test
  void aServerThatFellSilentIsNoticedAndWhatWasSentIsUnknown() throws Exception {
    try (var relay = new Relay(server.address());
        RemoteStore client =
            RemoteStore.connect(
                RemoteFixture.options(relay.port())
                    .withToken(TOKEN)
                    .withPeerTimeout(Duration.ofMillis(100), Duration.ofMillis(600)))) {
      assertThat(client.get("k")).isEmpty();
      relay.silence(true);
      assertThatThrownBy(() -> client.put("k", new byte[1], StateStore.ABSENT, null))
          .isInstanceOf(StoreException.OutcomeUnknown.class);
      var late = client.getAsync("k");
      assertThatThrownBy(() -> late.get(50, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(StoreException.Unavailable.class);
      relay.silence(false);
      assertThat(client.get("k")).isEmpty();
    }
  }

  @Test
  void withTheServerAwayACallEndsWithinItsTime() throws Exception {
    int port = server.address().getPort();
    try (RemoteStore client =
        RemoteStore.connect(
            RemoteFixture.options(port).withToken(TOKEN).withCallTimeout(Duration.ofMillis(300)))) {
      LeaseId lease = client.lease(Duration.ofMinutes(1));
      server.close();
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(StoreException.Unavailable.class);
      assertThatThrownBy(() -> client.put("k", new byte[1], StateStore.ANY, null))
          .isInstanceOf(StoreException.Unavailable.class);
      assertThatThrownBy(() -> client.keepAlive(lease))
          .isInstanceOf(StoreException.Unavailable.class);
      server = RemoteFixture.serve(memory, port, TOKEN);
      try (RemoteStore patient = client()) {
        assertThat(patient.keepAlive(lease)).isTrue();
      }
    }
  }

  @Test
  void anAsynchronousReadSeesWhatWasWritten() throws Exception {
    try (RemoteStore client = client()) {
      client.put("k", "v".getBytes(UTF_8), StateStore.ABSENT, null);
      assertThat(client.getAsync("k").get(30, TimeUnit.SECONDS).orElseThrow().value())
          .isEqualTo("v".getBytes(UTF_8));
      assertThat(client.getAsync("absent").get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void aWatchThatOutlivesTheServersHistoryIsLostWhenItReconnects() throws Exception {
    int port = server.address().getPort();
    var recorder = new Recorder();
    try (RemoteStore client = client()) {
      client.put("k", new byte[1], StateStore.ANY, null);
      try (Watch _ = client.watch("k", client.list("").revision(), recorder)) {
        server.close();
        memory.close();
        // Another life of the store, which never gave that revision.
        memory = MemoryStore.create();
        server = RemoteFixture.serve(memory, port, TOKEN);
        assertThat(recorder.awaitLost()).isInstanceOf(StoreException.HistoryGone.class);
      }
    }
  }

  @Test
  void theEndOfALeaseWithManyKeysArrivesAsOneRevision() throws Exception {
    var batches = new ArrayList<List<WatchListener.Event>>();
    try (RemoteStore client = client()) {
      LeaseId lease = client.lease(Duration.ofMinutes(5));
      String pad = "x".repeat(1_900);
      int keys = 800;
      for (int i = 0; i < keys; i++) {
        client.put("l/" + i + pad, new byte[1], StateStore.ABSENT, lease);
      }
      var recorder = new Recorder();
      var listener =
          new WatchListener() {
            @Override
            public void changed(List<Event> events) {
              batches.add(events);
              recorder.changed(events);
            }

            @Override
            public void lost(StoreException why) {
              recorder.lost(why);
            }
          };
      try (Watch _ = client.watch("l/", client.list("").revision(), listener)) {
        client.revoke(lease);
        recorder.await(seen -> seen.size() >= keys);
      }
      assertThat(batches).hasSize(1);
      assertThat(batches.getFirst()).hasSize(keys);
    }
  }
}
