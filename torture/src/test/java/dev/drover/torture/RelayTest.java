package dev.drover.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.torture.relay.Relay;
import dev.drover.torture.relay.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
final class RelayTest {
  private static final int PATIENCE_MILLIS = 10_000;

  private ServerSocket listener;
  private Relay relay;
  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    relay = Relay.open("a-b", 0, listener.getLocalPort());
    join();
  }

  private void join() throws IOException {
    client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    server = listener.accept();
    client.setSoTimeout(PATIENCE_MILLIS);
    server.setSoTimeout(PATIENCE_MILLIS);
    // Until something has come through, the relay may not know of the connection yet.
    send(client, "?");
    assertThat(received(server, 1)).isEqualTo("?");
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    relay.close();
    listener.close();
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(UTF_8));
  }

  private static String received(Socket at, int length) throws IOException {
    return new String(at.getInputStream().readNBytes(length), UTF_8);
  }

  @Test
  void whatIsHeldArrivesAfterwardsInOrder() throws IOException {
    relay.hold(Way.THERE, true);
    send(client, "one");
    send(client, "two");
    server.setSoTimeout(200);
    assertThatThrownBy(() -> server.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    send(server, "back");
    assertThat(received(client, 4)).isEqualTo("back");
    server.setSoTimeout(PATIENCE_MILLIS);
    relay.hold(Way.THERE, false);
    assertThat(received(server, 6)).isEqualTo("onetwo");
  }

  @Test
  void aCutResetsBothSidesAndOthersMayConnectAgain() throws IOException {
    relay.cut(false);
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(IOException.class);
    join();
    send(client, "again");
    assertThat(received(server, 5)).isEqualTo("again");
  }

  @Test
  void whileItRefusesNobodyGetsThrough() throws IOException {
    relay.cut(true);
    try (Socket late = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      late.setSoTimeout(PATIENCE_MILLIS);
      assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(IOException.class);
    }
    relay.cut(false);
    join();
    send(server, "hello");
    assertThat(received(client, 5)).isEqualTo("hello");
  }

  @Test
  void whenOneDirectionEndsTheOtherGoesOn() throws IOException {
    relay.halfClose(Way.THERE);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    send(server, "still");
    assertThat(received(client, 5)).isEqualTo("still");
  }

  @Test
  void whatIsDelayedTakesThatLong() throws IOException {
    relay.delay(Way.BACK, 300);
    long begun = System.nanoTime();
    send(server, "late");
    assertThat(received(client, 4)).isEqualTo("late");
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(300_000_000);
  }
}
